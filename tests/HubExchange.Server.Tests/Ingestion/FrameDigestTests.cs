using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using HubExchange.Server.Ingestion;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Ingestion;

/// <summary>The digest of a frame is kept in the database: a newer hub has to compute the same one.</summary>
public sealed class FrameDigestTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(400)]
    [InlineData(16 * 1024)]
    [InlineData((16 * 1024) + 1)]
    [InlineData(100_000)]
    public void Digest_IsThatOfEveryPart_WithItsLengthBefore(int size)
    {
        var frame = new PushFrame { Sequence = 7, Type = "enterprise.organization" };
        for (var i = 0; i < 50; i++)
        {
            var bytes = ByteString.CopyFrom([.. Enumerable.Range(i, size).Select(number => (byte)number)]);
            frame.Changes.Add(new Change { Record = bytes, EffectiveFrom = "2021-06-30" });
            frame.Changes.Add(new Change { Message = new Any { TypeUrl = "type.googleapis.com/x", Value = bytes } });
            frame.Changes.Add(new Change { Delete = new string('键', size) });
            frame.Changes.Add(new Change());
        }

        Assert.Equal(Expected(frame), FrameDigest.Of(frame));
    }

    [Fact]
    public void Digest_StaysAsItIs()
    {
        var frame = new PushFrame
        {
            Sequence = 1,
            Type = "enterprise.organization",
            Changes = { new Change { Record = ByteString.CopyFromUtf8("record"), EffectiveFrom = "2021-06-30" }, new Change { Delete = "主键" } },
        };

        Assert.Equal("a245c2b82278d49bfbb86402661b1c55", Convert.ToHexStringLower(FrameDigest.Of(frame)));
    }

    private static byte[] Expected(PushFrame frame)
    {
        using var all = new MemoryStream();
        Add(Encoding.UTF8.GetBytes(frame.Type));
        foreach (var change in frame.Changes)
        {
            var operation = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(operation, (int)change.OperationCase);
            Add(operation);
            Add(change.OperationCase switch
            {
                Change.OperationOneofCase.Record => change.Record.ToByteArray(),
                Change.OperationOneofCase.Message => change.Message.Value.ToByteArray(),
                _ => Encoding.UTF8.GetBytes(change.Delete),
            });
            Add(Encoding.UTF8.GetBytes(change.EffectiveFrom));
        }

        return SHA256.HashData(all.ToArray())[..16];

        void Add(byte[] part)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, part.Length);
            all.Write(length);
            all.Write(part);
        }
    }
}
