using System.Collections.Concurrent;
using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using HubExchange.V1;

namespace HubExchange.Contracts.Entities;

/// <summary>One code of a code list.</summary>
/// <param name="Number">Number on the wire.</param>
/// <param name="Name">Name without the prefix of the list, e.g. <c>IN_STORE</c>: stored, filtered and exported under this name.</param>
/// <param name="Label">Name in Chinese.</param>
/// <param name="Alias">Code in the standard or the bureau's own list, or empty.</param>
public sealed record Code(int Number, string Name, string Label, string Alias);

/// <summary>A code list (enum), read once from its descriptor.</summary>
public sealed class CodeList
{
    private static readonly ConcurrentDictionary<EnumDescriptor, CodeList> Known = new();

    private readonly FrozenDictionary<int, Code> _byNumber;
    private readonly FrozenDictionary<string, Code> _byText;
    private readonly FrozenDictionary<int, FrozenSet<int>> _reachable;

    private CodeList(EnumDescriptor descriptor)
    {
        var options = descriptor.GetOptions()?.GetExtension(OptionsExtensions.CodeList);
        Label = options?.Label is { Length: > 0 } label ? label : descriptor.Name;
        IsLifeCycle = options?.LifeCycle ?? false;

        var prefix = PrefixOf(descriptor);
        Codes = [.. descriptor.Values.Where(value => value.Number != 0).Select(value => Read(value, prefix))];
        _byNumber = Codes.ToFrozenDictionary(code => code.Number);
        _byText = Texts().ToFrozenDictionary(pair => pair.Text, pair => pair.Code, StringComparer.OrdinalIgnoreCase);
        _reachable = Reachable(descriptor);
    }

    /// <summary>Name of the list in Chinese.</summary>
    public string Label { get; }

    /// <summary>Records may only move along the declared transitions.</summary>
    public bool IsLifeCycle { get; }

    /// <summary>The codes in the order of the contract, without the unspecified one.</summary>
    public IReadOnlyList<Code> Codes { get; }

    /// <summary>Returns the code list of <paramref name="descriptor"/>.</summary>
    public static CodeList Of(EnumDescriptor descriptor) => Known.GetOrAdd(descriptor, static d => new CodeList(d));

    /// <summary>Returns the code with this number, or null.</summary>
    public Code? Find(int number) => _byNumber.GetValueOrDefault(number);

    /// <summary>Returns the code whose name, label or alias this is, or null.</summary>
    public Code? Find(string text) => _byText.GetValueOrDefault(text);

    /// <summary>Whether a record may go from one code to another, in one step or several. Staying is always allowed.</summary>
    public bool MayFollow(int from, int to) =>
        from == to || !_reachable.TryGetValue(from, out var reachable) || reachable.Contains(to);

    /// <summary><c>ZONE_CLASS_</c> for the enum <c>ZoneClass</c>: the part of every value name that is not the code.</summary>
    internal static string PrefixOf(EnumDescriptor descriptor) =>
        descriptor.FindValueByNumber(0)?.Name is { } zero && zero.EndsWith("UNSPECIFIED", StringComparison.Ordinal)
            ? zero[..^"UNSPECIFIED".Length]
            : "";

    private static Code Read(EnumValueDescriptor value, string prefix)
    {
        var options = value.GetOptions()?.GetExtension(OptionsExtensions.Code);
        var name = value.Name.StartsWith(prefix, StringComparison.Ordinal) ? value.Name[prefix.Length..] : value.Name;
        return new Code(value.Number, name, options?.Label is { Length: > 0 } label ? label : name, options?.Code ?? "");
    }

    // A label or alias that two codes share would be ambiguous in a spreadsheet; the first one wins, names always win.
    private IEnumerable<(string Text, Code Code)> Texts()
    {
        var seen = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        var all = Codes.Select(code => (code.Name, code))
            .Concat(Codes.Select(code => (code.Label, code)))
            .Concat(Codes.Where(code => code.Alias.Length > 0).Select(code => (code.Alias, code)));
        foreach (var (text, code) in all)
        {
            if (seen.Add(text))
            {
                yield return (text, code);
            }
        }
    }

    private FrozenDictionary<int, FrozenSet<int>> Reachable(EnumDescriptor descriptor)
    {
        if (!IsLifeCycle)
        {
            return FrozenDictionary<int, FrozenSet<int>>.Empty;
        }

        var next = descriptor.Values.Where(value => value.Number != 0).ToDictionary(
            value => value.Number,
            value => (value.GetOptions()?.GetExtension(OptionsExtensions.Code)?.Next ?? [])
                .Select(name => _byText.GetValueOrDefault(name)?.Number ?? 0)
                .Where(number => number != 0)
                .ToArray());

        return next.Keys.ToFrozenDictionary(from => from, from => Closure(from, next).ToFrozenSet());
    }

    private static HashSet<int> Closure(int from, Dictionary<int, int[]> next)
    {
        var reached = new HashSet<int>();
        var open = new Stack<int>(next[from]);
        while (open.TryPop(out var code))
        {
            if (reached.Add(code))
            {
                foreach (var successor in next[code])
                {
                    open.Push(successor);
                }
            }
        }

        return reached;
    }
}
