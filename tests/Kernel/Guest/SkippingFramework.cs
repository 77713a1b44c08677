using System.Reflection;
using Xunit.Abstractions;
using Xunit.Sdk;

[assembly: TestFramework("ChargeScape.Edge.Tests.Kernel.SkippingFramework", "ChargeScape.Edge.Tests.Kernel")]
// One kernel, one processor, one set of buses and lines.
[assembly: CollectionBehavior(DisableTestParallelization = true)]

namespace ChargeScape.Edge.Tests.Kernel;

/// <summary>
/// xunit's own framework, but a test that cannot run here is reported as skipped with its reason: also a fact that a
/// contract suite shared with other projects declares, which knows nothing of this bench.
/// </summary>
public sealed class SkippingFramework(IMessageSink messages) : XunitTestFramework(messages)
{
    /// <inheritdoc/>
    protected override ITestFrameworkExecutor CreateExecutor(AssemblyName assemblyName) =>
        new Executor(assemblyName, SourceInformationProvider, DiagnosticMessageSink);

    private sealed class Executor(AssemblyName name, ISourceInformationProvider sources, IMessageSink messages)
        : XunitTestFrameworkExecutor(name, sources, messages)
    {
        protected override void RunTestCases(
            IEnumerable<IXunitTestCase> testCases, IMessageSink executionMessageSink,
            ITestFrameworkExecutionOptions executionOptions) =>
            base.RunTestCases([.. testCases.Select(OrSkipped)], executionMessageSink, executionOptions);

        private IXunitTestCase OrSkipped(IXunitTestCase test) =>
            Guest.WhyNot(test.TestMethod.TestClass.Class.Name) is { } reason
                ? new Skipped(DiagnosticMessageSink, test, reason)
                : test;
    }

    private sealed class Skipped : XunitTestCase
    {
        [Obsolete("xunit asks for it; a skipped test is not sent anywhere before it is run")]
        public Skipped()
        {
        }

        public Skipped(IMessageSink messages, IXunitTestCase test, string reason)
            : base(
                messages, TestMethodDisplay.ClassAndMethod, TestMethodDisplayOptions.None, test.TestMethod,
                test.TestMethodArguments) =>
            SkipReason = reason;
    }
}
