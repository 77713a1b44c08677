using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ChargeScape.Edge.Tests.Unit.Firmware.Gate;

/// <summary>
/// Whether a program can be built for nanoFramework 1.x and does there what it does here: it must compile as C# 9 against
/// what that has and nothing else, and use none of the words that compile there and then break or differ
/// (firmware/README.md tells which and why).
/// </summary>
internal static class NanoGate
{
    private static readonly CSharpParseOptions language =
        new(LanguageVersion.CSharp9, preprocessorSymbols: ["NANOFRAMEWORK_1_0"]);

    private static readonly Lazy<MetadataReference> library = new(BuildLibrary);

    /// <summary>Everything that is wrong with a program; empty when it may pass.</summary>
    public static List<string> Refusals(params string[] sources)
    {
        var trees = sources.Select(source => CSharpSyntaxTree.ParseText(source, language)).ToList();
        var compilation = CSharpCompilation.Create("firmware", trees, [library.Value], Options);
        return [
            .. compilation.Emit(Stream.Null).Diagnostics
                .Where(found => found.Severity == DiagnosticSeverity.Error).Select(found => $"{found}"),
            .. trees.SelectMany(tree => tree.GetRoot().DescendantNodesAndTokens()).SelectMany(Banned),
        ];
    }

    private static CSharpCompilationOptions Options => new(OutputKind.DynamicallyLinkedLibrary);

    private static IEnumerable<string> Banned(SyntaxNodeOrToken part)
    {
        var why = part.IsToken ? BannedWord(part.AsToken()) : BannedForm(part.AsNode()!);
        if (why is not null) yield return $"{part.GetLocation()?.GetLineSpan().StartLinePosition}: {why}";
    }

    private static string? BannedWord(SyntaxToken word) => word.Kind() switch
    {
        SyntaxKind.CheckedKeyword => "checked never throws there",
        SyntaxKind.UnsafeKeyword or SyntaxKind.FixedKeyword or SyntaxKind.StackAllocKeyword =>
            "pointers are refused by the metadata processor",
        SyntaxKind.FloatKeyword or SyntaxKind.DoubleKeyword or SyntaxKind.DecimalKeyword =>
            "a float divided by zero throws there; integers only",
        SyntaxKind.AsyncKeyword or SyntaxKind.AwaitKeyword => "there are no tasks",
        SyntaxKind.VolatileKeyword => "there is no volatile",
        _ => null,
    };

    private static string? BannedForm(SyntaxNode node) => node switch
    {
        TypeParameterListSyntax or GenericNameSyntax => "generics crash the interpreter",
        ArrayRankSpecifierSyntax { Rank: > 1 } => "arrays of more than one dimension crash the interpreter",
        MethodDeclarationSyntax { Parent: InterfaceDeclarationSyntax, Body: not null }
            or MethodDeclarationSyntax { Parent: InterfaceDeclarationSyntax, ExpressionBody: not null } =>
            "a method with a body in an interface ends the program silently",
        YieldStatementSyntax => "there are no iterators",
        AnonymousObjectCreationExpressionSyntax => "there are no anonymous types",
        ObjectCreationExpressionSyntax { Type: IdentifierNameSyntax { Identifier.Text: "Thread" } } thread
            when !HasSafeBody(thread) => "a thread's body must be one try with a catch of everything: a thread that "
                + "dies leaves the outputs as they are",
        _ => null,
    };

    // new Thread(Name): the method of that name is one try, and one of its catches takes every exception.
    private static bool HasSafeBody(ObjectCreationExpressionSyntax thread)
    {
        if (thread.ArgumentList?.Arguments is not [{ Expression: IdentifierNameSyntax { Identifier.Text: var name } }])
            return false;
        var body = thread.SyntaxTree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
            .FirstOrDefault(method => method.Identifier.Text == name)?.Body;
        return body?.Statements is [TryStatementSyntax { Catches: var catches }]
            && catches.Any(one =>
                one.Filter is null && (one.Declaration is null || $"{one.Declaration.Type}" == "Exception"));
    }

    private static MetadataReference BuildLibrary()
    {
        var rows = File.ReadLines(RepositoryRoot.File("tests", "data", "nanoframework", "surface.txt"));
        var tree = CSharpSyntaxTree.ParseText(NanoSurface.Source(rows.Where(row => row.Length > 0)));
        var compilation = CSharpCompilation.Create("mscorlib", [tree], options: Options);
        using var image = new MemoryStream();
        var made = compilation.Emit(image);
        var errors = made.Diagnostics.Where(found => found.Severity == DiagnosticSeverity.Error).Take(20).ToList();
        if (!made.Success) throw new InvalidOperationException(string.Join('\n', errors));
        return MetadataReference.CreateFromImage(image.ToArray());
    }
}
