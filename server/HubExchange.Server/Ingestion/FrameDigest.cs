using System.Buffers;
using System.Buffers.Binary;
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
        using var hash = new Gathered();
        hash.Append(frame.Type);
        foreach (var change in frame.Changes)
        {
            hash.Append((int)change.OperationCase);
            switch (change.OperationCase)
            {
                case Change.OperationOneofCase.Record:
                    hash.Append(change.Record.Span);
                    break;
                case Change.OperationOneofCase.Message:
                    hash.Append(change.Message.Value.Span);
                    break;
                default:
                    hash.Append(change.Delete);
                    break;
            }

            hash.Append(change.EffectiveFrom);
        }

        // One byte, where a further change would begin with four.
        if (frame.Snapshot != SnapshotMark.Unspecified)
        {
            hash.Append([(byte)frame.Snapshot]);
        }

        return hash.Take()[..Size];
    }

    /// <summary>Gathers what is to be hashed: a call of the library takes longer than hashing the few bytes of a value.</summary>
    private sealed class Gathered : IDisposable
    {
        private const int Capacity = 16 * 1024;

        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Capacity);
        private int _length;

        // Length first, or the end of one value and the start of the next could be exchanged.
        public void Append(ReadOnlySpan<byte> bytes)
        {
            AppendNumber(bytes.Length);
            if (bytes.Length > Capacity)
            {
                Flush();
                _hash.AppendData(bytes);
                return;
            }

            bytes.CopyTo(Room(bytes.Length));
            _length += bytes.Length;
        }

        public void Append(string text)
        {
            var bytes = Encoding.UTF8.GetByteCount(text);
            if (bytes > Capacity)
            {
                Append(Encoding.UTF8.GetBytes(text));
                return;
            }

            AppendNumber(bytes);
            Encoding.UTF8.GetBytes(text, Room(bytes));
            _length += bytes;
        }

        public void Append(int number)
        {
            AppendNumber(sizeof(int));
            AppendNumber(number);
        }

        public byte[] Take()
        {
            Flush();
            return _hash.GetHashAndReset();
        }

        public void Dispose()
        {
            ArrayPool<byte>.Shared.Return(_buffer);
            _hash.Dispose();
        }

        private void AppendNumber(int number)
        {
            BinaryPrimitives.WriteInt32LittleEndian(Room(sizeof(int)), number);
            _length += sizeof(int);
        }

        private Span<byte> Room(int count)
        {
            if (_buffer.Length - _length < count)
            {
                Flush();
            }

            return _buffer.AsSpan(_length);
        }

        private void Flush()
        {
            _hash.AppendData(_buffer.AsSpan(0, _length));
            _length = 0;
        }
    }
}
