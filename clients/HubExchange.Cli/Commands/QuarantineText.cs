using HubExchange.V1;

namespace HubExchange.Cli.Commands;

/// <summary>How states of refused records are shown.</summary>
internal static class QuarantineText
{
    public static string Of(QuarantineState state) => state switch
    {
        QuarantineState.Open => "待处理 open",
        QuarantineState.Resolved => "已解决 resolved",
        QuarantineState.Discarded => "已放弃 discarded",
        QuarantineState.Replayed => "已重放 replayed",
        _ => "",
    };
}
