using System.Globalization;
using System.Text.RegularExpressions;
using HubExchange.Server.Changes;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>
/// The condition of a selection on the rows of a type, apart from its literals. Selections of one shape differ in single literals only,
/// and one statement answers all of them: a thousand watchers with a filter of their own cost hardly more than one.
/// </summary>
internal sealed partial class SelectionShape
{
    private readonly string _condition;
    private readonly string _join;
    private readonly string[] _columns;
    private readonly object[] _literals;

    /// <param name="condition">Condition on rows <c>r</c>.</param>
    /// <param name="join">Joins it needs after them.</param>
    /// <param name="columns">Columns of the rows it uses.</param>
    /// <param name="literals">Its literals: <c>$1</c>, <c>$2</c> and so on.</param>
    public SelectionShape(string condition, string join, IEnumerable<string> columns, IEnumerable<object> literals)
    {
        (_condition, _join, _columns, _literals) = (condition, join, [.. columns], [.. literals]);

        // Lists are of different lengths, so only those that are equal have the same shape.
        Key = string.Join(
            '\0',
            [condition, join, .. _columns, .. _literals.Select(literal => $"{literal.GetType()}{(literal is Array list ? string.Join('\0', list.Cast<object>()) : "")}")]);
    }

    /// <summary>Equal for selections of one shape.</summary>
    public string Key { get; }

    /// <summary>A statement that returns which versions match which selections: number of the selection, place of the version from 1 on.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="table">Table of the type.</param>
    /// <param name="versions">The versions. Index: primary keys of the current and the version table.</param>
    /// <param name="shapes">Selections of one shape; their number is their place in this list.</param>
    public static NpgsqlCommand Ask(
        NpgsqlConnection connection, EntityTable table, IReadOnlyCollection<(string Key, VersionId Version)> versions, IReadOnlyList<SelectionShape> shapes)
    {
        var command = new NpgsqlCommand { Connection = connection };
        FeedChunk.AddKeys(command, versions);
        var columns = string.Join(", ", shapes[0]._columns.Union(["hub_revision"]));

        // The offset has the versions looked up before they meet the selections, which else are gone through for each of them.
        return Complete(
            command,
            $"""
            (
                select k.place, v.*
                from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as k (key, source, revision, place)
                cross join lateral ({FeedChunk.VersionsOf(table, columns)}) v
                offset 0
            ) r
            """,
            shapes);
    }

    /// <summary>The same of versions that are at hand: the columns it takes go along, and no table is looked at.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="table">Table of the type.</param>
    /// <param name="entries">Entries with content.</param>
    /// <param name="shapes">Selections of one shape; their number is their place in this list.</param>
    public static NpgsqlCommand Ask(
        NpgsqlConnection connection, EntityTable table, List<FeedRow> entries, IReadOnlyList<SelectionShape> shapes)
    {
        var command = new NpgsqlCommand { Connection = connection };
        command.Parameters.Add(BatchArray.Of(entries, entry => entry.Version.Revision));
        List<string> names = ["hub_revision"];
        List<string> arrays = ["$1::bigint[]"];
        List<string> selected = ["i.place", "i.hub_revision"];
        foreach (var name in shapes[0]._columns.Except(names))
        {
            // What the hub itself merged from several sources, with what they disagree about, is never at hand.
            if (name == "hub_disputed")
            {
                selected.Add("null::text[] as hub_disputed");
                continue;
            }

            var (parameter, array, select) = ColumnOf(table, name, entries);
            command.Parameters.Add(parameter);
            names.Add(name);
            arrays.Add(string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}::{array}"));
            selected.Add($"{select} as {name}");
        }

        return Complete(
            command,
            $"(select {string.Join(", ", selected)} from unnest({string.Join(", ", arrays)}) with ordinality as i ({string.Join(", ", names)}, place)) r",
            shapes);
    }

    private static (NpgsqlParameter Parameter, string Array, string Select) ColumnOf(EntityTable table, string name, List<FeedRow> entries)
    {
        switch (name)
        {
            case "hub_key":
                return (BatchArray.Of(entries, entry => entry.Key), "text[]", $"i.{name}");
            case "hub_source":
                return (BatchArray.Of(entries, entry => entry.Version.Source), "text[]", $"i.{name}");
            case "hub_effective_from":
                return (BatchArray.Of(entries, entry => entry.Content!.EffectiveFrom), "date[]", $"i.{name}");
            case "hub_recorded_at":
                return (BatchArray.Of(entries, entry => entry.RecordedAt), "timestamptz[]", $"i.{name}");
            default:
                var column = table.Columns.Single(column => column.QuotedName == name);
                return (column.BatchParameter(BatchArray.Values(entries, entry => entry.Content!.Record)), column.BatchArrayType, column.Select("i"));
        }
    }

    private static NpgsqlCommand Complete(NpgsqlCommand command, string rows, IReadOnlyList<SelectionShape> shapes)
    {
        var shape = shapes[0];
        var names = new List<string> { "number" };
        var values = new List<string> { command.Parameters.Use(Enumerable.Range(0, shapes.Count).ToArray()) };
        var literals = new string[shape._literals.Length];
        for (var i = 0; i < literals.Length; i++)
        {
            var first = shape._literals[i];
            if (first is Array || shapes.All(other => other._literals[i].Equals(first)))
            {
                literals[i] = command.Parameters.Use(first);
                continue;
            }

            var each = Array.CreateInstance(first.GetType(), shapes.Count);
            for (var number = 0; number < shapes.Count; number++)
            {
                each.SetValue(shapes[number]._literals[i], number);
            }

            names.Add(string.Create(CultureInfo.InvariantCulture, $"literal{i}"));
            values.Add(command.Parameters.Use(each));
            literals[i] = $"s.{names[^1]}";
        }

        command.CommandText =
            $"""
            select s.number, r.place
            from {rows}
            cross join unnest({string.Join(", ", values)}) as s ({string.Join(", ", names)})
            {Fill(shape._join)}
            where {Fill(shape._condition)}
            """;
        return command;

        string Fill(string sql) => PlaceholderForm().Replace(
            sql, match => literals[int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) - 1]);
    }

    [GeneratedRegex(@"\$([0-9]+)")]
    private static partial Regex PlaceholderForm();
}
