using System.CommandLine;
using Google.Protobuf;
using Spectre.Console;

namespace HubExchange.Cli;

/// <summary>What commands that list something have in common: how much they show at most, and telling when there is more.</summary>
internal sealed class Listing
{
    /// <summary>Most that the hub gives in one answer.</summary>
    private const int MaxPage = 1000;

    private readonly Option<int> _limit;

    /// <summary>Adds the option to a command.</summary>
    public Listing(Command command, int limit = 50)
    {
        _limit = new Option<int>("--limit") { Description = "最多条数,0 表示全部 Most entries, 0 means all", HelpName = "N", DefaultValueFactory = _ => limit };
        command.Add(_limit);
    }

    /// <summary>Shows a list, and after it how much that was.</summary>
    /// <param name="invocation">The run.</param>
    /// <param name="ask">Asks the hub, in pages of a size.</param>
    /// <param name="table">Headings.</param>
    /// <param name="row">Adds the row, or rows, of an entry.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>The exit code.</returns>
    public async Task<int> ShowAsync<T>(
        Invocation invocation, Func<int, IAsyncEnumerable<T>> ask, Table table, Action<Table, T> row, CancellationToken cancellationToken)
        where T : IMessage
    {
        var (entries, isCut) = await ReadAsync(invocation, ask, cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(entries.Cast<IMessage>()));
        }
        else
        {
            entries.ForEach(entry => row(table, entry));
            invocation.Screen.Show(table);
        }

        NoteCount(invocation.Screen, entries.Count, isCut);
        return ExitCode.Ok;
    }

    /// <summary>Reads no more than is to be shown.</summary>
    /// <returns>The entries, and whether there are more.</returns>
    public async Task<(List<T> Entries, bool IsCut)> ReadAsync<T>(
        Invocation invocation, Func<int, IAsyncEnumerable<T>> ask, CancellationToken cancellationToken)
    {
        var limit = invocation.Get(_limit) is > 0 and var given ? given : int.MaxValue;
        var entries = new List<T>();
        await foreach (var entry in ask(Math.Min(limit, MaxPage)).WithCancellation(cancellationToken))
        {
            if (entries.Count == limit)
            {
                return (entries, true);
            }

            entries.Add(entry);
        }

        return (entries, false);
    }

    /// <summary>Says how many there are, or that these are not all.</summary>
    public static void NoteCount(Screen screen, int count, bool isCut) => screen.Note(isCut
        ? $"只显示前 {count} 条,用 --limit 0 查看全部。 First {count} only; --limit 0 shows all."
        : $"共 {count} 条。 {count} in all.");
}
