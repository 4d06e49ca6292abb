using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client.Push;

/// <summary>Errors of a push that the client finds itself.</summary>
internal static class PushErrors
{
    public static HubException HubWentBack(PushHello hello, long expected, long acknowledged) => new(
        StatusCode.DataLoss, ErrorReason.SequenceFork,
        $"枢纽要求流 {hello.Stream} 从序号 {expected} 重发,但此前已确认到 {acknowledged}(枢纽可能从备份恢复)。请重新全量推送。",
        $"The hub asks for stream {hello.Stream} from sequence {expected}, but had acknowledged up to {acknowledged} (restored from a backup?). Push everything again.");

    public static HubException StreamWrittenByOthers(PushHello hello, long expected, long next) => new(
        StatusCode.Aborted, ErrorReason.StreamFenced,
        $"流 {hello.Stream} 已被其他程序写入(枢纽期望序号 {expected},本程序为 {next})。请为每个程序使用不同的流名称。",
        $"Stream {hello.Stream} was written by another program (the hub expects {expected}, this one is at {next}). Give every program its own stream name.");

    public static HubException UnknownTypes(IEnumerable<string> types)
    {
        var list = string.Join(", ", types);
        return new HubException(
            StatusCode.NotFound, ErrorReason.TypeUnknown,
            $"枢纽不认识类型 {list}。可用 hubctl catalog 查看全部类型。", $"The hub does not know the type {list}. hubctl catalog lists them all.")
        {
            Metadata = new Dictionary<string, string> { ["type"] = list },
        };
    }

    public static HubException RecordTooLarge(string type, int size, int limit) => new(
        StatusCode.InvalidArgument, ErrorReason.FrameInvalid,
        $"类型 {type} 的一条记录有 {size} 字节,超过枢纽上限 {limit}。", $"A record of type {type} has {size} bytes; the hub takes at most {limit}.");

    public static HubException NoWelcome() => new(
        StatusCode.Unavailable, ErrorReason.Unspecified,
        "枢纽没有应答推送请求。", "The hub did not welcome the push stream.")
    {
        IsTransient = true,
    };

    public static HubException EndedEarly() => new(
        StatusCode.Unavailable, ErrorReason.Unspecified,
        "枢纽提前结束了推送流。", "The hub ended the push stream early.")
    {
        IsTransient = true,
    };
}
