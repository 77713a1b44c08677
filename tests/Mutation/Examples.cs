using System.Reflection;
using Xunit;
using Xunit.Sdk;

namespace ChargeScape.Edge.Tests.Mutation;

/// <summary>One example test, called without a test framework around it: that costs more than most of them.</summary>
/// <param name="ClassName">Without namespace.</param>
/// <param name="Folder">Last part of the namespace: the folder of the control side that it is about, or another.</param>
/// <param name="Name">Class, method and arguments, for people.</param>
/// <param name="Method">Of a public class with a constructor without parameters.</param>
/// <param name="Arguments">Null for a fact.</param>
internal sealed record Example(string ClassName, string Folder, string Name, MethodInfo Method, object?[]? Arguments)
{
    /// <summary>It holds without a mutant; null = not tried yet.</summary>
    public bool? IsFit { get; set; }
    /// <summary>CPU time that it takes then.</summary>
    public TimeSpan Takes { get; set; }

    /// <summary>All of an assembly, each row of a theory as one.</summary>
    public static IEnumerable<Example> Of(Assembly tests) =>
        from type in tests.GetTypes()
        where type is { IsAbstract: false, IsPublic: true }
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance)
        where method.GetCustomAttribute<FactAttribute>() is { Skip: null }
        from arguments in Rows(method)
        select new Example(type.Name, type.Namespace!.Split('.')[^1],
            $"{type.Name}.{method.Name}({Written(arguments)})", method, arguments);

    /// <summary>True when it holds.</summary>
    public bool Holds()
    {
        var home = Activator.CreateInstance(Method.DeclaringType!)!;
        try
        {
            var ended = Method.Invoke(home, BindingFlags.DoNotWrapExceptions, null, Arguments, null);
            if (ended is Task task) task.GetAwaiter().GetResult();
            return true;
        }
        // Whatever a test ends with is its failure.
        catch (Exception)
        {
            return false;
        }
        finally
        {
            (home as IDisposable)?.Dispose();
        }
    }

    private static IEnumerable<object?[]?> Rows(MethodInfo method)
    {
        var sources = method.GetCustomAttributes<DataAttribute>().ToList();
        if (sources.Count == 0) return [null];
        // [InlineData(null)] gives no row at all.
        return sources.SelectMany(source => source.GetData(method))
            .Select(row => Converted(row ?? [null!], method.GetParameters()));
    }

    // What reflection does not by itself: an int for a double, a value for an optional parameter.
    private static object?[] Converted(object?[] row, ParameterInfo[] parameters) =>
        [.. parameters.Select((parameter, at) => at >= row.Length ? parameter.DefaultValue
            : row[at] is IConvertible given && Nullable.GetUnderlyingType(parameter.ParameterType) is null
                && !parameter.ParameterType.IsInstanceOfType(given) && !parameter.ParameterType.IsEnum
                ? Convert.ChangeType(given, parameter.ParameterType, System.Globalization.CultureInfo.InvariantCulture)
                : row[at])];

    private static string Written(object?[]? arguments) =>
        arguments is null ? "" : string.Join(", ", arguments.Select(one => one?.ToString() ?? "null"));
}
