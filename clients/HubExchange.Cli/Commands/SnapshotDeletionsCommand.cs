using System.CommandLine;
using System.Globalization;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl snapshot deletions ID</c></summary>
internal sealed class SnapshotDeletionsCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "快照编号 Number of the snapshot" };
    private readonly Listing _listing;

    public SnapshotDeletionsCommand(Runner runner)
        : base("deletions", "列出批准后将删除的记录 List the records that an approval would delete")
    {
        Add(_id);
        _listing = new Listing(this, 1000);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        return await _listing.ShowAsync(
            invocation,
            size => client.ListSnapshotDeletionsAsync(invocation.Get(_id), size, cancellationToken),
            Screen.Table("主键 Key", "名称 Name", "版本 Revision", "入库时间 Recorded"),
            (table, deletion) => table.Row(
                deletion.Key,
                deletion.Label,
                deletion.Revision.ToString(CultureInfo.InvariantCulture),
                TimeText.Of(deletion.RecordedAt)),
            cancellationToken);
    }
}
