using ChargeScape.Edge.Hal;

namespace ChargeScape.Edge.Tests.Unit.Mqtt;

public class NativeLibraryTests
{
    [Fact]
    public void A_missing_library_is_named_with_its_Debian_package()
    {
        var error = Assert.Throws<NativeLibraryMissingException>(
            () => NativeLibraryMissingException.ThrowUnlessLoadable("libnot-there.so.1", "libnot-there1"));

        Assert.Contains("libnot-there.so.1", error.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install libnot-there1", error.Message, StringComparison.Ordinal);
        Assert.IsType<DllNotFoundException>(error.InnerException);
    }
}
