using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot deletions ID</c></summary>
internal sealed class SnapshotDeletionsCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "快照编号 Number of the snapshot" };
    private readonly Option<int> _limit = new("--limit") { Description = "最多条数 Most records", DefaultValueFactory = _ => 1000 };

    public SnapshotDeletionsCommand(Runner runner)
        : base("deletions", "列出批准后将删除的记录 List the records that an approval would delete")
    {
        Add(_id);
        Add(_limit);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var limit = Math.Max(1, invocation.Get(_limit));
        var deletions = await client
            .ListSnapshotDeletionsAsync(invocation.Get(_id), Math.Min(limit, 1000), cancellationToken)
            .Take(limit)
            .ToListAsync(cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(Screen.ToJson(deletions));
            return ExitCode.Ok;
        }

        var table = Screen.Table("主键 Key", "名称 Name", "版本 Revision", "入库时间 Recorded");
        foreach (var deletion in deletions)
        {
            table.Row(
                deletion.Key,
                deletion.Label,
                deletion.Revision.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(deletion.RecordedAt));
        }

        invocation.Screen.Show(table);
        invocation.Screen.Note($"{deletions.Count} 条 records");
        return ExitCode.Ok;
    }
}
