namespace HubExchange.Server.Query.Export;

/// <summary>Collects the bytes of a file until they are taken away. Writing never waits; whoever writes takes the bytes away in time.</summary>
internal sealed class ChunkBuffer : Stream
{
    private readonly MemoryStream _bytes = new();

    /// <summary>Bytes that wait.</summary>
    public int Waiting => (int)_bytes.Length;

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Takes the bytes that wait.</summary>
    public byte[] Take()
    {
        var bytes = _bytes.ToArray();
        _bytes.SetLength(0);
        return bytes;
    }

    public override void Write(byte[] buffer, int offset, int count) => _bytes.Write(buffer, offset, count);

    public override void Write(ReadOnlySpan<byte> buffer) => _bytes.Write(buffer);

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _bytes.Dispose();
        }

        base.Dispose(disposing);
    }
}
