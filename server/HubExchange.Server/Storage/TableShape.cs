using System.Globalization;

namespace HubExchange.Server.Storage;

/// <summary>What one table of an entity type has to look like.</summary>
internal sealed record TableShape(
    string Schema,
    string Name,
    string Label,
    IReadOnlyList<ColumnShape> Columns,
    IndexShape PrimaryKey,
    IReadOnlyList<IndexShape> Indexes,
    int FillFactor)
{
    // Leaves room on each page for the next versions of rows: an update that finds it touches no index. History is not updated.
    private const int CurrentFillFactor = 70;
    private const int VersionFillFactor = 100;

    private const string Consolidated = "hub_consolidated";

    /// <summary>Name for a statement.</summary>
    public string QuotedName => $"\"{Schema}\".\"{Name}\"";

    /// <summary>The current and the version table of an entity type.</summary>
    public static IEnumerable<TableShape> Of(EntityTable table)
    {
        var envelope = EntityTable.Envelope.Select(ColumnShape.Of);
        var contract = table.Columns.Select(column => new ColumnShape(column.Name, column.SqlType, false, true, column.Field.Label)).ToList();

        // The role is in the name, not the column: names have at most 63 characters.
        var indexes = new List<IndexShape> { new($"{table.Name}_consolidated", ["hub_key"], true, Consolidated) };

        // Reads as of a moment ask of every version whether a deletion ended it, and there are few.
        indexes.Add(Deletions(table.Name));
        var placement = table.Type.Options.Placement;
        foreach (var column in table.PlacementColumns)
        {
            indexes.Add(Pages(table, column.Name == placement.Organization ? "organization" : "unit", column));
        }

        // What names an organisation is searched by it (profiles).
        foreach (var column in table.OrganizationColumns.Except(table.PlacementColumns))
        {
            indexes.Add(Pages(table, Numbered("ref", column), column));
        }

        foreach (var column in table.Columns.Where(column => column.Field.Options.Indexed))
        {
            indexes.Add(Pages(table, Numbered("field", column), column));
        }

        yield return new TableShape(
            table.Schema,
            table.Name,
            table.Type.Label,
            [.. envelope, .. contract],
            new IndexShape($"{table.Name}_pk", ["hub_key", "hub_source"], true, ""),
            indexes,
            CurrentFillFactor);
        yield return new TableShape(
            table.Schema,
            table.VersionName,
            $"{table.Type.Label}(历史版本)",
            [.. envelope, ColumnShape.Of(EnvelopeColumn.SupersededAt), .. contract],
            new IndexShape($"{table.VersionName}_pk", ["hub_key", "hub_source", "hub_revision"], true, ""),
            [Deletions(table.VersionName), BackDated(table.VersionName), Overtaken(table.VersionName), Span(table.VersionName)],
            VersionFillFactor);
    }

    // Many records may have the same value. With the key behind it they stand in the order of pages, so a page ends where it is full;
    // for want of an order the planner would rather walk through all keys. Lists need an index of their elements.
    private static IndexShape Pages(EntityTable table, string role, EntityColumn column) => column.Field.IsList
        ? new IndexShape($"{table.Name}_by_{role}", [column.Name], false, Consolidated, "gin")
        : new IndexShape($"{table.Name}_by_{role}", [column.Name, "hub_key"], false, Consolidated);

    private static string Numbered(string role, EntityColumn column) =>
        string.Create(CultureInfo.InvariantCulture, $"{role}{column.Field.Descriptor.FieldNumber}");

    private static IndexShape Deletions(string table) => new($"{table}_deleted", ["hub_key", "hub_source"], false, "hub_deleted");

    // What was superseded has lower revisions than what superseded it. Only back-dated versions, which nothing supersedes, may have higher
    // ones than the current version, and an index of these few is all that every change has to look at.
    private static IndexShape BackDated(string table) =>
        new($"{table}_back_dated", ["hub_key", "hub_source", "hub_revision"], false, "(hub_superseded_at IS NULL)");

    // Versions that were superseded before they were recorded, by a batch that overtook theirs; reads as of an instant begin with them.
    private static IndexShape Overtaken(string table) =>
        new($"{table}_overtaken", ["hub_key", "hub_source"], false, "(((hub_superseded_at < hub_recorded_at))::integer = 1)");

    // When the rows of a stretch of the table were the latest, and from which day they hold. Versions are added in the order they are
    // superseded, so that most stretches are out of the question for an instant or a day, at hardly any cost to whoever adds them. The
    // current table has none: an index of what changes with every version makes each update touch all indexes.
    private static IndexShape Span(string table) =>
        new($"{table}_span", ["hub_superseded_at", "hub_effective_from", "hub_recorded_at"], false, "", "brin");

    /// <summary>The statement that creates the table with its primary key.</summary>
    public string Create()
    {
        var lines = Columns.Select(column => $"  {column.Definition}")
            .Append($"  constraint \"{PrimaryKey.Name}\" primary key ({PrimaryKey.ColumnList})");
        return $"create table {QuotedName}\n(\n{string.Join(",\n", lines)}\n) with (fillfactor = {FillFactor})";
    }

    /// <summary>The statement that creates one of the indexes.</summary>
    public string Create(IndexShape index)
    {
        var unique = index.IsUnique ? "unique " : "";
        var method = index.Method == "btree" ? "" : $" using {index.Method}";
        var predicate = index.Predicate.Length == 0 ? "" : $" where {index.Predicate}";
        return $"create {unique}index \"{index.Name}\" on {QuotedName}{method} ({index.ColumnList}){predicate}";
    }
}

/// <summary>A column of a <see cref="TableShape"/>.</summary>
internal sealed record ColumnShape(string Name, string SqlType, bool IsRequired, bool MayBeAdded, string Label)
{
    public string Definition => $"\"{Name}\" {SqlType}{(IsRequired ? " not null" : "")}";

    /// <summary>The rows of a table without the required columns of the envelope would have no meaning.</summary>
    public static ColumnShape Of(EnvelopeColumn column) =>
        new(column.Name, column.SqlType, column.IsRequired, !column.IsRequired, column.Label);
}

/// <summary>An index of a <see cref="TableShape"/>; the predicate is empty where it is of all rows.</summary>
internal sealed record IndexShape(string Name, IReadOnlyList<string> Columns, bool IsUnique, string Predicate, string Method = "btree")
{
    public string ColumnList => string.Join(", ", Columns.Select(column => $"\"{column}\""));
}
