using Npgsql;

namespace HubExchange.Benchmarks.Load;

/// <summary>Statements run through Npgsql and nothing else.</summary>
internal static class PlainSql
{
    /// <summary>A statement that stands in a file beside the benchmarks of queries.</summary>
    public static string Read(string name)
    {
        using var stream = typeof(PlainSql).Assembly.GetManifestResourceStream($"Query/{name}.sql")
            ?? throw new FileNotFoundException($"No statement {name}.");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The first column of the first row.</summary>
    public static async Task<T> ScalarAsync<T>(this NpgsqlDataSource dataSource, string sql, CancellationToken cancellationToken)
    {
        await using var command = dataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    /// <summary>Every row with the values of its columns, as a program would read them.</summary>
    public static Task<List<object[]>> RowsAsync(
        this NpgsqlDataSource dataSource, string sql, CancellationToken cancellationToken, params object[] parameters) =>
        dataSource.RowsAsync(
            sql,
            static reader =>
            {
                var row = new object[reader.FieldCount];
                reader.GetValues(row);
                return row;
            },
            cancellationToken,
            parameters);

    /// <summary>Every row as something else.</summary>
    public static async Task<List<T>> RowsAsync<T>(
        this NpgsqlDataSource dataSource, string sql, Func<NpgsqlDataReader, T> read, CancellationToken cancellationToken, params object[] parameters)
    {
        await using var command = dataSource.CreateCommand(sql);
        foreach (var value in parameters)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value });
        }

        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var rows = new List<T>();
        while (await reader.ReadAsync(cancellationToken))
        {
            rows.Add(read(reader));
        }

        return rows;
    }
}
