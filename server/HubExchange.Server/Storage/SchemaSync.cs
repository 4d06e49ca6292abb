using Npgsql;

namespace HubExchange.Server.Storage;

/// <summary>
/// Brings the database to the entity tables: creates and adds what is missing. Whatever else differs is a mistake that people have
/// to look at, because mending it could lose data.
/// </summary>
internal sealed class SchemaSync(IReadOnlyList<EntityTable> tables)
{
    private static readonly Dictionary<string, FoundColumn> NoColumns = [];

    private readonly IReadOnlyList<TableShape> _shapes = [.. tables.SelectMany(TableShape.Of)];

    /// <summary>Compares the database with the entity tables.</summary>
    public async Task<SchemaDiff> DiffAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var schemas = _shapes.Select(shape => shape.Schema).Distinct().ToArray();
        var found = await FoundSchema.ReadAsync(connection, schemas, cancellationToken);
        var statements = new List<string>();
        var mistakes = new List<string>();

        foreach (var schema in schemas.Where(schema => !found.Schemas.Contains(schema)))
        {
            statements.Add($"create schema \"{schema}\"");
        }

        foreach (var twice in _shapes.GroupBy(shape => shape.QuotedName).Where(group => group.Count() > 1))
        {
            mistakes.Add($"{twice.Key}:两个类型使用同一张表;请改正类型编号。 Two types share this table; change a type id.");
        }

        foreach (var shape in _shapes)
        {
            var table = found.Tables.GetValueOrDefault((shape.Schema, shape.Name));
            if (table is { IsTable: false })
            {
                mistakes.Add($"{shape.QuotedName}:已存在,但不是表。 Exists but is not a table.");
            }
            else if (table is null)
            {
                statements.Add(shape.Create());
                statements.AddRange(shape.Indexes.Select(shape.Create));
                AddComments(shape, null, NoColumns, statements);
            }
            else
            {
                Compare(shape, table, found, statements, mistakes);
            }
        }

        return new SchemaDiff(statements, mistakes);
    }

    /// <summary>Runs the statements of the difference, all or none. The caller holds a lock against other hubs.</summary>
    /// <returns>How many statements ran.</returns>
    /// <exception cref="StorageException">There are mistakes; the exception lists every one and nothing was changed.</exception>
    public async Task<int> ApplyAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var diff = await DiffAsync(connection, cancellationToken);
        if (diff.Mistakes.Count > 0)
        {
            var list = string.Join(Environment.NewLine, diff.Mistakes);
            throw new StorageException(
                $"数据库与契约有 {diff.Mistakes.Count} 处不一致,枢纽拒绝启动;请由数据库管理员处理:",
                $"The database contradicts the contracts in {diff.Mistakes.Count} place(s); a database administrator must mend them:" +
                $"{Environment.NewLine}{list}");
        }

        if (diff.Statements.Count > 0)
        {
            await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
            await using var batch = new NpgsqlBatch(connection, transaction);
            foreach (var statement in diff.Statements)
            {
                batch.BatchCommands.Add(new NpgsqlBatchCommand(statement));
            }

            await batch.ExecuteNonQueryAsync(cancellationToken);
            await transaction.CommitAsync(cancellationToken);
        }

        return diff.Statements.Count;
    }

    private static void Compare(TableShape shape, FoundTable table, FoundSchema found, List<string> statements, List<string> mistakes)
    {
        var columns = found.Columns[(shape.Schema, shape.Name)].ToDictionary(column => column.Name);
        foreach (var column in shape.Columns)
        {
            CompareColumn(shape, column, columns.GetValueOrDefault(column.Name), statements, mistakes);
        }

        // A column the contract has dropped stays with its data; it must only not be in the way of new rows.
        var known = shape.Columns.Select(column => column.Name).ToHashSet();
        foreach (var column in columns.Values.Where(column => !known.Contains(column.Name) && column is { IsRequired: true, HasDefault: false }))
        {
            mistakes.Add($"{shape.QuotedName}.{column.Name}:契约中没有此列,但它不允许为空且没有默认值。 Not in the contract, yet not null and without default.");
        }

        CompareIndexes(shape, [.. found.Indexes[(shape.Schema, shape.Name)]], statements, mistakes);
        AddComments(shape, table.Label, columns, statements);
    }

    private static void CompareColumn(
        TableShape shape, ColumnShape column, FoundColumn? found, List<string> statements, List<string> mistakes)
    {
        var name = $"{shape.QuotedName}.{column.Name}";
        if (found is null)
        {
            if (column.MayBeAdded)
            {
                statements.Add($"alter table {shape.QuotedName} add column {column.Definition}");
            }
            else
            {
                mistakes.Add($"{name}:缺少枢纽自身的列。 A column of the hub itself is missing.");
            }

            return;
        }

        if (found.SqlType != FullName(column.SqlType))
        {
            mistakes.Add($"{name}:类型应为 {column.SqlType},实际为 {found.SqlType}。 Should be {column.SqlType} but is {found.SqlType}.");
        }

        if (found.IsRequired != column.IsRequired)
        {
            mistakes.Add(column.IsRequired
                ? $"{name}:不应允许为空。 Should be not null."
                : $"{name}:应允许为空。 Should take nulls.");
        }
    }

    private static void CompareIndexes(TableShape shape, List<FoundIndex> found, List<string> statements, List<string> mistakes)
    {
        var expected = string.Join(", ", shape.PrimaryKey.Columns);
        var key = found.Find(index => index.IsPrimary)?.Columns ?? "";
        if (key != expected)
        {
            mistakes.Add($"{shape.QuotedName}:主键应为 ({expected}),实际为 ({key})。 Primary key should be ({expected}) but is ({key}).");
        }

        foreach (var index in shape.Indexes)
        {
            var same = found.Find(candidate => candidate.Name == index.Name);
            if (same is null)
            {
                statements.Add(shape.Create(index));
            }
            else if (same.Columns != string.Join(", ", index.Columns) || same.IsUnique != index.IsUnique || same.Predicate != index.Predicate || !same.IsValid)
            {
                mistakes.Add($"索引 {shape.Schema}.{index.Name} 与契约不符,应为: Index differs from the contract, should be: {shape.Create(index)}");
            }
        }
    }

    private static void AddComments(
        TableShape shape, string? label, Dictionary<string, FoundColumn> columns, List<string> statements)
    {
        if (label != shape.Label)
        {
            statements.Add($"comment on table {shape.QuotedName} is {Literal(shape.Label)}");
        }

        foreach (var column in shape.Columns.Where(column => columns.GetValueOrDefault(column.Name)?.Label != column.Label))
        {
            statements.Add($"comment on column {shape.QuotedName}.\"{column.Name}\" is {Literal(column.Label)}");
        }
    }

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    private static string FullName(string type) => type == "timestamptz" ? "timestamp with time zone" : type;
}
