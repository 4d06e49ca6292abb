using System.CommandLine;
using System.Globalization;
using Google.Protobuf.WellKnownTypes;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl export TYPE</c>: records as a file for spreadsheets.</summary>
internal sealed class ExportCommand : Command
{
    private const string StandardOutput = "-";

    private readonly Argument<string> _type = new("TYPE") { Description = "类型 Type id" };

    // Here -o names the file, as in most programs; elsewhere it is short for --output.
    private readonly Option<string?> _file = new("--file", "-o") { Description = "文件,- 为标准输出;默认 类型.格式 File, - is standard output", HelpName = "FILE" };
    private readonly Option<string?> _format = new("--format") { Description = "格式,默认取自文件名 Format, by default from the file name", HelpName = "csv|xlsx" };
    private readonly Option<string?> _filter = new("--filter") { Description = "筛选条件 Filter", HelpName = "FILTER" };
    private readonly Option<string?> _order = new("--order-by") { Description = "排序,如 'issued_on desc' Order", HelpName = "ORDER" };
    private readonly Option<string?> _source = new("--source") { Description = "只导出该节点报送的版本,- 为各节点所报 What this node reported", HelpName = "ND" };
    private readonly Option<string[]> _fields = new("--field")
    {
        Description = "只导出这些字段,依此次序 These fields only, in this order",
        HelpName = "FIELD",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<bool> _names = new("--field-names") { Description = "列名用字段名 Field names as headings" };
    private readonly Option<bool> _envelope = new("--envelope") { Description = "加上主键、来源、版本等列 Add key, source and revision" };
    private readonly Moment _moment;

    public ExportCommand(Runner runner)
        : base("export", "导出为 CSV 或 XLSX 表格 Export records as CSV or XLSX")
    {
        _format.AcceptOnlyFromAmong("csv", "xlsx");
        Add(_type);
        Add(_file);
        Add(_format);
        Add(_filter);
        Add(_order);
        Add(_source);
        Add(_fields);
        Add(_names);
        Add(_envelope);
        _moment = new Moment(this);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var isXlsx = (invocation.Get(_format) ?? Path.GetExtension(invocation.Get(_file) ?? "").TrimStart('.')).Equals("xlsx", StringComparison.OrdinalIgnoreCase);
        var path = invocation.Get(_file) ?? $"{invocation.Get(_type)}.{(isXlsx ? "xlsx" : "csv")}";
        var request = new ExportRecordsRequest
        {
            Type = invocation.Get(_type),
            Format = isXlsx ? ExportFormat.Xlsx : ExportFormat.Csv,
            Filter = invocation.Get(_filter) ?? "",
            OrderBy = invocation.Get(_order) ?? "",
            Source = invocation.Get(_source) ?? "",
            Heading = invocation.Get(_names) ? ExportHeading.Field : ExportHeading.Label,
            Envelope = invocation.Get(_envelope),
            RecordedAsOf = _moment.AsOf(invocation) is { } instant ? Timestamp.FromDateTimeOffset(instant) : null,
            EffectiveOn = _moment.On(invocation)?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture) ?? "",
            ReadMask = invocation.Get(_fields) is { Length: > 0 } fields ? new FieldMask { Paths = { fields } } : null,
        };
        await using var client = invocation.OpenForReading();
        if (path == StandardOutput)
        {
            await using var output = Console.OpenStandardOutput();
            Report(invocation.Screen, path, await client.ExportAsync(request, output, null, cancellationToken));
            return ExitCode.Ok;
        }

        using var progress = new ExportLine();
        var status = await WriteAsync(path, file => client.ExportAsync(request, file, progress, cancellationToken));
        progress.Dispose();
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(status);
        }

        Report(invocation.Screen, path, status);
        return ExitCode.Ok;
    }

    // Under another name until it is whole: what has the final name is never a part.
    private static async Task<ExportStatus> WriteAsync(string path, Func<FileStream, Task<ExportStatus>> write)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        var part = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.part");
        try
        {
            ExportStatus status;
            await using (var file = new FileStream(part, FileMode.CreateNew, FileAccess.Write))
            {
                status = await write(file);
                file.Flush(flushToDisk: true);
            }

            File.Move(part, path, overwrite: true);
            return status;
        }
        finally
        {
            File.Delete(part);
        }
    }

    private static void Report(Screen screen, string path, ExportStatus status)
    {
        var place = path == StandardOutput ? "" : $" {path}";
        screen.Note($"已导出 {status.Rows:#,0} 条{place}。 Exported {status.Rows:#,0} records.");
        if (status.CutFields.Count > 0)
        {
            screen.Note($"无权查看、未导出的字段 Fields not exported for want of a right: {string.Join(", ", status.CutFields)}");
        }
    }
}
