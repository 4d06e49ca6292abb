using HubExchange.Client.Files;
using HubExchange.Client.Push;

namespace HubExchange.Cli.Push;

/// <summary>
/// Makes files a full snapshot of each of their types. It begins before the first file of a type and ends after the last one. A row that
/// cannot be read is not sent, so the hub would take its record for deleted: then the snapshot is aborted.
/// </summary>
internal sealed class SnapshotPush(PushSession session, RecordFile[] files)
{
    public async Task BeforeAsync(int index, CancellationToken cancellationToken)
    {
        var type = files[index].Type;
        if (Array.FindIndex(files, file => file.Type == type) == index)
        {
            await session.BeginSnapshotAsync(type, cancellationToken);
        }
    }

    public async Task AfterAsync(int index, IReadOnlyList<FilePush> pushes, CancellationToken cancellationToken)
    {
        var type = files[index].Type;
        if (Array.FindLastIndex(files, file => file.Type == type) != index)
        {
            return;
        }

        if (pushes.Any(push => push.File.Type == type && push.BadRows > 0))
        {
            await session.AbortSnapshotAsync(type, cancellationToken);
        }
        else
        {
            await session.EndSnapshotAsync(type, cancellationToken);
        }
    }
}
