namespace ChargeScape.Edge.Tests.Unit.Firmware.Gate;

public sealed class GateTests
{
    private static readonly string[] folders = ["Link", "Supervisor/Logic", "Supervisor/Probe"];

    [Fact]
    public void The_firmware_can_be_built_for_nanoFramework()
    {
        var sources = folders
            .SelectMany(folder => Directory.EnumerateFiles(RepositoryRoot.File("firmware", folder), "*.cs"))
            .Select(File.ReadAllText).ToArray();

        Assert.InRange(sources.Length, 10, 100);
        Assert.Empty(NanoGate.Refusals(sources));
    }

    [Theory]
    [InlineData("int Twice(int a) => 2 * a;")]
    [InlineData("string Say(int a) => $\"{a}\" + a.ToString(\"D3\");")]
    [InlineData("int Of(int[][] rows) { var sum = 0; foreach (var row in rows) sum += row.Length; return sum; }")]
    [InlineData("bool Is(object o) => o is string { Length: > 3 };")]
    [InlineData("uint Since(uint a, uint b) => unchecked(b - a);")]
    [InlineData("void Run() { new Thread(Body).Start(); } void Body() { try { } catch { } }")]
    [InlineData("void Swap(ref int a, in int b, out int c) { a = b; c = a; }")]
    public void What_runs_there_passes(string member) => Assert.Empty(NanoGate.Refusals(InClass(member)));

    [Theory]
    [InlineData("T First<T>(T[] many) => many[0];")]
    [InlineData("class Box<T> { T value; }")]
    [InlineData("System.Collections.Generic.List<int> all;")]
    [InlineData("System.Action<int> all;")]
    [InlineData("int? maybe;")]
    [InlineData("int[,] table = new int[2, 2];")]
    [InlineData("int Add(int a) => checked(a + 1);")]
    [InlineData("int Add(int a) { checked { return a + 1; } }")]
    [InlineData("interface I { int Two() => 2; }")]
    [InlineData("interface I { int Two() { return 2; } }")]
    [InlineData("int Sum(int[] many) => System.Linq.Enumerable.Sum(many);")]
    [InlineData("async void Wait() { }")]
    [InlineData("System.Threading.Tasks.Task Wait() => null;")]
    [InlineData("double Half(double a) => a / 2;")]
    [InlineData("float half;")]
    [InlineData("System.Span<byte> bytes => default;")]
    [InlineData("(int, int) Pair() => (1, 2);")]
    [InlineData("record Reading(int Value);")]
    [InlineData("volatile int shared;")]
    [InlineData("unsafe int Read(int* at) => *at;")]
    [InlineData("System.Collections.IEnumerable Many() { yield return 1; }")]
    [InlineData("dynamic anything;")]
    [InlineData("int Last(int[] many) => many[^1];")]
    [InlineData("string Join(string[] many) => string.Join(\",\", many);")]
    [InlineData("object Pair() => new { A = 1 };")]
    [InlineData("void Sort(int[] many) => System.Array.Sort(many);")]
    [InlineData("System.IO.FileStream file;")]
    [InlineData("void Run() { new Thread(Body).Start(); } void Body() { int a = 0; }")]
    [InlineData("void Run() { new Thread(Body).Start(); } "
        + "void Body() { try { } catch (System.SystemException) { } }")]
    [InlineData("void Run() { new Thread(() => { }).Start(); }")]
    public void What_does_not_exist_breaks_or_differs_there_is_refused(string member) =>
        Assert.NotEmpty(NanoGate.Refusals(InClass(member)));

    [Theory]
    [InlineData("namespace A; class B { }")]
    [InlineData("class A { required public int B; }")]
    [InlineData("struct A { public A() { } }")]
    public void What_is_newer_than_the_language_there_is_refused(string source) =>
        Assert.NotEmpty(NanoGate.Refusals(source));

    private static string InClass(string member) => $"using System.Threading; class Program {{ {member} }}";
}
