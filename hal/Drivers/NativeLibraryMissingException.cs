using System.Runtime.InteropServices;

namespace ChargeScape.Edge.Hal;

/// <summary>A library of the system is not there. The message says which Debian package brings it.</summary>
public sealed class NativeLibraryMissingException : Exception
{
    /// <summary>Says what is missing and how to get it.</summary>
    /// <param name="library">File name as the loader knows it.</param>
    /// <param name="debianPackage">Package that installs it.</param>
    /// <param name="cause">What the loader said.</param>
    public NativeLibraryMissingException(string library, string debianPackage, Exception? cause = null)
        : base($"cannot load {library}: install it with `apt-get install {debianPackage}`", cause)
    {
        Library = library;
        DebianPackage = debianPackage;
    }

    /// <summary>File name as the loader knows it.</summary>
    public string Library { get; }

    /// <summary>Debian package that installs it.</summary>
    public string DebianPackage { get; }

    /// <summary>Loads a library, or says which package brings it.</summary>
    /// <exception cref="NativeLibraryMissingException">It is missing, or not made for this machine.</exception>
    internal static void ThrowUnlessLoadable(string library, string debianPackage)
    {
        try
        {
            // Never freed: imports of the same name find it loaded.
            NativeLibrary.Load(library);
        }
        catch (Exception cause) when (cause is DllNotFoundException or BadImageFormatException)
        {
            throw new NativeLibraryMissingException(library, debianPackage, cause);
        }
    }
}
