using System.Buffers.Text;
using Google.Protobuf;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Query.Aggregation;

/// <summary>
/// Drill tokens. They hold nothing that the caller did not ask for or get, and no right: whoever shows one is checked like anybody.
/// </summary>
internal static class CellToken
{
    /// <summary>Longest token in characters.</summary>
    private const int MaxLength = 65_536;

    public static string Write(AggregateCell cell) => Base64Url.EncodeToString(cell.ToByteArray());

    /// <exception cref="Grpc.Core.RpcException">CELL_TOKEN_INVALID.</exception>
    public static AggregateCell Read(string token)
    {
        try
        {
            if (token.Length is > 0 and <= MaxLength && Base64Url.IsValid(token))
            {
                var cell = AggregateCell.Parser.ParseFrom(Base64Url.DecodeFromChars(token));
                if (cell.Request is { RecordedAsOf: not null } request && (cell.Groups.Count == 0 || cell.Groups.Count == request.Groups.Count) &&
                    !cell.Groups.Any(group => group.Value.Contains('\0', StringComparison.Ordinal)))
                {
                    return cell;
                }
            }
        }
        catch (InvalidProtocolBufferException)
        {
            // Falls through to the same answer.
        }

        throw HubErrors.Of(ErrorReason.CellTokenInvalid);
    }
}
