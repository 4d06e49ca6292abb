using System.IO;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client;

/// <content>Exports.</content>
public sealed partial class HubClient
{
    /// <summary>Writes records as a file for spreadsheets. When it returns, the file is whole; when it throws, what was written is not.</summary>
    /// <param name="request">What to export.</param>
    /// <param name="output">Takes the file as fast as it can; the hub waits for it.</param>
    /// <param name="progress">Told of every chunk.</param>
    /// <param name="cancellationToken">Ends the export.</param>
    /// <returns>Number of records, and fields that were left out because the caller may not see them.</returns>
    /// <exception cref="HubException">The hub refuses or breaks off, or cannot be reached.</exception>
    public async Task<ExportStatus> ExportAsync(
        ExportRecordsRequest request, System.IO.Stream output, IProgress<ExportStatus>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(output);
        try
        {
            // Without a deadline: how long it takes depends on how much there is.
            using var call = _exports.ExportRecords(request, new CallOptions(_connection.Headers, cancellationToken: cancellationToken));
            var status = new ExportStatus();
            await foreach (var chunk in call.ResponseStream.ReadAllAsync(cancellationToken))
            {
                await output.WriteAsync(chunk.Data.Memory, cancellationToken);
                foreach (var extension in chunk.Extensions)
                {
                    if (extension.TryUnpack<ExportStatus>(out var current))
                    {
                        status = current;
                        progress?.Report(current);
                    }
                }
            }

            return status.Complete
                ? status
                : throw new HubException(StatusCode.DataLoss, ErrorReason.Unspecified, "导出文件不完整。", "The exported file is not whole.");
        }
        catch (RpcException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw ErrorTranslation.Translate(exception, _connection);
        }
    }
}
