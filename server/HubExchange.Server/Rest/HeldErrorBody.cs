namespace HubExchange.Server.Rest;

/// <summary>
/// The body of a response that passes everything on, unless the response is an error that has not begun: that is held back, so that it
/// can be completed. Errors of the hub are a few kilobytes; what has begun is never held, so streams and large answers cost no memory.
/// </summary>
internal sealed class HeldErrorBody(HttpResponse response, Stream inner) : Stream
{
    private MemoryStream? _held;

    /// <summary>The error; null when everything was passed on.</summary>
    public ReadOnlyMemory<byte>? Content => _held is null ? null : _held.GetBuffer().AsMemory(0, (int)_held.Length);

    public override bool CanRead => false;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
        IsHeld() ? _held!.WriteAsync(buffer, cancellationToken) : inner.WriteAsync(buffer, cancellationToken);

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task FlushAsync(CancellationToken cancellationToken) =>
        IsHeld() ? Task.CompletedTask : inner.FlushAsync(cancellationToken);

    public override void Write(byte[] buffer, int offset, int count)
    {
        if (IsHeld())
        {
            _held!.Write(buffer, offset, count);
        }
        else
        {
            inner.Write(buffer, offset, count);
        }
    }

    public override void Flush()
    {
        if (!IsHeld())
        {
            inner.Flush();
        }
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _held?.Dispose();
        }

        base.Dispose(disposing);
    }

    private bool IsHeld()
    {
        if (_held is null && !response.HasStarted && response.StatusCode >= StatusCodes.Status400BadRequest)
        {
            _held = new MemoryStream();
        }

        return _held is not null;
    }
}
