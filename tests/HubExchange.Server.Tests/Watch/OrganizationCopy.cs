using HubExchange.Client;
using HubExchange.Client.Watch;
using HubExchange.Enterprise.V1;
using HubExchange.V1;
using Npgsql;

namespace HubExchange.Server.Tests.Watch;

/// <summary>The example of clients/README.md, line by line: a consumer that keeps its position together with the effect of the changes.</summary>
internal static class OrganizationCopy
{
    public const string Schema =
        """
        create table organization_copy (key text primary key, name text not null, changes int not null default 1);
        create table copy_position (position text);
        insert into copy_position values (null);
        """;

    public static async Task FollowAsync(HubClient hub, NpgsqlDataSource database, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var read = new NpgsqlCommand("select position from copy_position", connection);
        var after = await read.ExecuteScalarAsync(cancellationToken) as string;     // null 表示从头开始 null begins with the state
        var options = new WatchOptions { Types = ["enterprise.organization"], ResumeToken = after, Start = WatchStart.State };
        await foreach (var batch in hub.WatchAsync(options, cancellationToken))
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            if (batch.Kind == WatchBatchKind.StateBegin)
            {
                await RunAsync("delete from organization_copy");                    // 状态重新开始 the state begins anew
            }

            foreach (var change in batch.Events)
            {
                await (change.Put is { } put
                    ? RunAsync(
                        """
                        insert into organization_copy (key, name) values ($1, $2)
                        on conflict (key) do update set name = excluded.name, changes = organization_copy.changes + 1
                        """,
                        put.Key, put.Payload.Unpack<Organization>().Name)
                    : RunAsync("delete from organization_copy where key = $1", change.Gone.Key));
            }

            await RunAsync("update copy_position set position = $1", batch.ResumeToken);    // 状态未完时为 null null within the state
            await transaction.CommitAsync(cancellationToken);
        }

        async Task RunAsync(string sql, params object?[] values)
        {
            await using var command = new NpgsqlCommand(sql, connection);
            command.Parameters.AddRange(values.Select(value => new NpgsqlParameter { Value = value ?? DBNull.Value }).ToArray());
            await command.ExecuteNonQueryAsync(cancellationToken);
        }
    }
}
