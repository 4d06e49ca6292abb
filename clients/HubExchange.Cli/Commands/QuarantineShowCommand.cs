using System.CommandLine;
using System.Globalization;
using Google.Protobuf;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl quarantine show ID</c></summary>
internal sealed class QuarantineShowCommand : Command
{
    private readonly Argument<long> _id = new("ID") { Description = "隔离区编号 Number in quarantine" };

    public QuarantineShowCommand(Runner runner)
        : base("show", "查看一条被拒收的记录及原因 Show a refused record and why")
    {
        Add(_id);
        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        await using var client = invocation.OpenForReading();
        var record = await client.GetQuarantinedRecordAsync(invocation.Get(_id), cancellationToken);
        if (invocation.Screen.IsJson)
        {
            invocation.Screen.Json(record);
            return ExitCode.Ok;
        }

        Show(invocation.Screen, record);
        return ExitCode.Ok;
    }

    private static void Show(Screen screen, QuarantinedRecord record)
    {
        screen.Line(string.Create(CultureInfo.InvariantCulture,
            $"{record.Id}  {record.Type}/{record.Key}  来源 source {record.Source}  流 stream {record.Stream}  序号 sequence {record.Sequence}[{record.Index}]"));
        if (record.State is not QuarantineState.Open)
        {
            string[] parts = [QuarantineText.Of(record.State), TimeText.Of(record.ClosedAt), record.ClosedBy, record.CloseReason];
            screen.Line(string.Join("  ", parts.Where(part => part.Length > 0)));
        }

        var violations = Screen.Table("级别", "规则 Rule", "字段 Field", "值 Value", "说明", "Message");
        foreach (var violation in record.Violations)
        {
            violations.Row(
                violation.Severity == Severity.Warning ? "警告" : "错误",
                violation.Rule, violation.Field, violation.Value, violation.MessageZh, violation.MessageEn);
        }

        screen.Show(violations);
        if (Parse(record) is var (type, value))
        {
            var table = Screen.Table("字段 Field", "名称 Label", "内容 Value");
            foreach (var field in type.Fields.Where(field => FieldText.Of(field, value).Length > 0))
            {
                table.Row(field.Name, field.Label, FieldText.Of(field, value));
            }

            screen.Show(table);
        }
    }

    // The payload is the change as it came; it may carry no record, or none that can be read, which may be why it was refused.
    private static (EntityType Type, IMessage Value)? Parse(QuarantinedRecord record)
    {
        if (record.Payload.IsEmpty || CityEntityTypes.All.Find(record.Type) is not { } type)
        {
            return null;
        }

        try
        {
            var change = Change.Parser.ParseFrom(record.Payload);
            return change.OperationCase switch
            {
                Change.OperationOneofCase.Record => (type, type.Parse(change.Record)),
                Change.OperationOneofCase.Message => (type, type.Parse(change.Message.Value)),
                _ => null,
            };
        }
        catch (InvalidProtocolBufferException)
        {
            return null;
        }
    }
}
