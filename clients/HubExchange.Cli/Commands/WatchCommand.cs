using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Google.Protobuf;
using HubExchange.Client.Watch;
using HubExchange.Contracts.Entities;
using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary><c>hubctl watch [TYPE...]</c>: changes as they are committed.</summary>
internal sealed class WatchCommand : Command
{
    private readonly Argument<string[]> _types = new("TYPE") { Description = "类型,默认全部 Type ids, all by default", Arity = ArgumentArity.ZeroOrMore };
    private readonly Option<string?> _filter = new("--filter") { Description = "筛选条件 Filter", HelpName = "FILTER" };
    private readonly Option<string?> _unit = new("--unit") { Description = "统计单元 Reporting unit", HelpName = "UNIT" };
    private readonly Option<string?> _zone = new("--zone") { Description = "园区(含其内各园) Zone, park, base or carrier", HelpName = "ZONE" };
    private readonly Option<string?> _source = new("--source") { Description = "该节点所报,- 为各节点所报 What this node reported", HelpName = "ND" };
    private readonly Option<string[]> _fields = new("--field")
    {
        Description = "只要这些字段 These fields only",
        HelpName = "FIELD",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string?> _from = new("--from")
    {
        Description = "从该位置(数字或续订凭据)之后继续,0 为最早 Go on after this position, a number or a resume token; 0 is the oldest",
        HelpName = "POSITION",
    };

    private readonly Option<bool> _state = new("--state") { Description = "先列出当前状态 Begin with the current state" };
    private readonly Option<string?> _file = new("--position-file")
    {
        Description = "位置保存在此文件,下次从该处继续 Keeps the position in this file and goes on from there",
        HelpName = "FILE",
    };

    private readonly Option<bool> _json = new("--json") { Description = "每行一个 JSON 对象 One JSON object a line" };
    private readonly Option<int> _limit = new("--limit") { Description = "收到这么多条变更后结束,0 为不限 Ends after so many events, 0 means never" };

    public WatchCommand(Runner runner)
        : base("watch", "实时查看变更 Watch changes as they are committed")
    {
        Option[] options = [_filter, _unit, _zone, _source, _fields, _from, _state, _file, _json, _limit];
        Add(_types);
        foreach (var option in options)
        {
            Add(option);
        }

        runner.Bind(this, RunAsync);
    }

    private async Task<int> RunAsync(Invocation invocation, CancellationToken cancellationToken)
    {
        var file = invocation.Get(_file) is { } path ? new PositionFile(path) : null;
        var options = Read(invocation, file?.Read() ?? invocation.Get(_from));
        var isJson = invocation.Get(_json) || invocation.Screen.IsJson;
        var limit = invocation.Get(_limit);
        var shown = 0;
        await using var client = invocation.OpenForReading();
        await foreach (var batch in client.WatchAsync(options, cancellationToken))
        {
            foreach (var happened in batch.Events)
            {
                if (isJson)
                {
                    invocation.Screen.JsonLine(Json(happened, batch.Kind));
                }
                else
                {
                    invocation.Screen.Line(Text(happened, batch.Kind));
                }

                shown++;
            }

            Remark(invocation.Screen, batch);

            // After the lines are out: an interrupted run shows a change twice rather than not at all.
            if (file is not null && batch.ResumeToken is { } token)
            {
                await Console.Out.FlushAsync(cancellationToken);
                file.Write(token);
            }

            if (limit > 0 && shown >= limit && batch.Position is not null)
            {
                return ExitCode.Ok;
            }
        }

        return ExitCode.Ok;
    }

    // A number is a position, from the command line or a file of an older hubctl.
    private WatchOptions Read(Invocation invocation, string? after) => after is not null && invocation.Get(_state) && invocation.Get(_file) is null
        ? throw new UsageException("--from 与 --state 不能同时使用。", "--from and --state exclude each other.")
        : after is not null && !PositionFile.IsPosition(after) ? throw new UsageException($"--from {after} 不是位置。", $"--from {after} is no position.")
        : new WatchOptions
        {
            Types = invocation.Get(_types),
            Filter = invocation.Get(_filter) ?? "",
            ReportingUnit = invocation.Get(_unit) ?? "",
            Zone = invocation.Get(_zone) ?? "",
            Source = invocation.Get(_source) ?? "",
            Fields = invocation.Get(_fields) ?? [],
            After = long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out var position) ? position : null,
            ResumeToken = after?.Contains('.', StringComparison.Ordinal) is true ? after : null,
            Start = invocation.Get(_state) ? WatchStart.State : WatchStart.Now,
        };

    private static void Remark(Screen screen, WatchBatch batch)
    {
        switch (batch.Kind)
        {
            case WatchBatchKind.StateBegin:
                screen.Note("当前状态 State");
                break;
            case WatchBatchKind.StateEnd:
                screen.Note($"状态完毕,位置 {batch.Position} End of the state, position {batch.Position}");
                break;
        }
    }

    private static JsonObject Json(WatchEvent happened, WatchBatchKind kind)
    {
        var node = Screen.ToJson((IMessage)happened).AsObject();
        node["state"] = kind is WatchBatchKind.State;
        return node;
    }

    private static string Text(WatchEvent happened, WatchBatchKind kind)
    {
        var at = happened.RecordedAt is { } instant ? TimeText.Of(instant) : "";
        var what = (kind, happened.Put, happened.Before) switch
        {
            (WatchBatchKind.State, _, _) => "现有",
            (_, null, _) => happened.Gone.Deleted ? "删除" : "移出",
            (_, _, WatchBefore.Absent) => "新增",
            _ => "更新",
        };
        var (type, key, source) = happened.Put is { } put
            ? (put.Type, put.Key, $"{put.Source} 第{put.Revision.ToString(CultureInfo.InvariantCulture)}版")
            : (happened.Gone.Type, happened.Gone.Key, happened.Gone.Source);
        var label = CityEntityTypes.All.Find(type)?.Label ?? type;
        var position = happened.Position.ToString(CultureInfo.InvariantCulture);
        return $"{position}  {at}  {what}  {label} {type}  {key}  {source}  {NameOf(happened.Put)}".TrimEnd();
    }

    // What people know the record by, where it has such a field.
    private static string NameOf(Record? record) =>
        record?.Payload is { } payload && CityEntityTypes.All.Find(record.Type) is { } type && type.Find("name") is { } field
            ? FieldText.Of(field, type.Parse(payload.Value))
            : "";
}
