using System.Security.Cryptography;
using System.Text;
using HubExchange.V1;

namespace HubExchange.Server.Ingestion;

/// <summary>Digest of what a frame says, independent of how its message was serialized.</summary>
internal static class FrameDigest
{
    private const int Size = 16;

    public static byte[] Of(PushFrame frame)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, Encoding.UTF8.GetBytes(frame.Type));
        foreach (var change in frame.Changes)
        {
            Append(hash, BitConverter.GetBytes((int)change.OperationCase));
            Append(hash, change.OperationCase switch
            {
                Change.OperationOneofCase.Record => change.Record.Span,
                Change.OperationOneofCase.Message => change.Message.Value.Span,
                Change.OperationOneofCase.Delete => Encoding.UTF8.GetBytes(change.Delete),
                _ => [],
            });
            Append(hash, Encoding.UTF8.GetBytes(change.EffectiveFrom));
        }

        // One byte, where a further change would begin with four.
        if (frame.Snapshot != SnapshotMark.Unspecified)
        {
            Append(hash, [(byte)frame.Snapshot]);
        }

        return hash.GetHashAndReset()[..Size];
    }

    // Length first, or the end of one value and the start of the next could be exchanged.
    private static void Append(IncrementalHash hash, ReadOnlySpan<byte> bytes)
    {
        hash.AppendData(BitConverter.GetBytes(bytes.Length));
        hash.AppendData(bytes);
    }
}
