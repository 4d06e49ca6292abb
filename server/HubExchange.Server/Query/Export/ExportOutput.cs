using Google.Api;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Server.Query.Export;

/// <summary>Passes the chunks of a file to the caller, and waits for it.</summary>
internal sealed class ExportOutput(IServerStreamWriter<HttpBody> stream, HttpContext http, bool isRest, TimeSpan stallTimeout, TimeProvider clock)
{
    private bool _isBegun;
    private bool _isComplete;

    /// <summary>Passes a chunk on.</summary>
    /// <exception cref="TimeoutException">The caller does not take it.</exception>
    public async Task SendAsync(ExportPlan plan, RowWriter file, byte[] bytes, long rows, bool isLast, CancellationToken cancellationToken)
    {
        var status = new ExportStatus { Rows = rows, Complete = isLast };
        if (!_isBegun)
        {
            status.FileName = plan.FileName(file.Extension);
            if (isRest)
            {
                http.Response.Headers.ContentDisposition = $"attachment; filename=\"{status.FileName}\"";
                http.Response.Headers["hub-cut-fields"] = string.Join(",", plan.CutFields);
            }
        }

        if (!_isBegun || isLast)
        {
            status.CutFields.Add(plan.CutFields);
        }

        _isBegun = true;
        var chunk = new HttpBody { ContentType = file.ContentType, Data = UnsafeByteOperations.UnsafeWrap(bytes), Extensions = { Any.Pack(status) } };
        await stream.WriteAsync(chunk, cancellationToken).WaitAsync(stallTimeout, clock, cancellationToken);
        _isComplete = isLast;
    }

    /// <summary>
    /// Ends a file that is not whole. What REST would write after it, the error as JSON, would look like a part of it, so the connection
    /// is broken; gRPC has a status.
    /// </summary>
    /// <param name="isStuck">The caller takes nothing any more, not even a status.</param>
    public void Break(bool isStuck = false)
    {
        if (!_isComplete && ((isRest && _isBegun) || isStuck))
        {
            http.Abort();
        }
    }
}
