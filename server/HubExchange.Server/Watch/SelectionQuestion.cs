using System.Globalization;
using System.Text.RegularExpressions;
using HubExchange.Server.Changes;
using HubExchange.Server.Query;
using HubExchange.Server.Storage;
using Npgsql;

namespace HubExchange.Server.Watch;

/// <summary>
/// Asks which versions match which selections of one shape. One statement answers for all of them, and what does not depend on the versions
/// is made once: a thousand watchers with a filter of their own cost hardly more than one.
/// </summary>
internal sealed partial class SelectionQuestion
{
    private readonly EntityTable _table;
    private readonly IReadOnlyList<Selection> _selections;
    private readonly SelectionShape _shape;

    // One for each literal of the shape: its value, or an array of each selection's where they differ.
    private readonly object[] _literals;
    private readonly bool[] _differs;
    private readonly int[] _numbers;

    /// <param name="table">Table of the type.</param>
    /// <param name="selections">The selections.</param>
    /// <param name="shapes">Their shapes, which have one <see cref="SelectionShape.Key"/>.</param>
    public SelectionQuestion(EntityTable table, IReadOnlyList<Selection> selections, IReadOnlyList<SelectionShape> shapes)
    {
        (_table, _selections, _shape) = (table, selections, shapes[0]);
        _numbers = [.. Enumerable.Range(0, shapes.Count)];
        _literals = new object[_shape.Literals.Count];
        _differs = new bool[_literals.Length];
        for (var i = 0; i < _literals.Length; i++)
        {
            var first = _literals[i] = _shape.Literals[i];
            _differs[i] = first is not Array && !shapes.All(other => other.Literals[i].Equals(first));
            if (_differs[i])
            {
                var each = Array.CreateInstance(first.GetType(), shapes.Count);
                for (var number = 0; number < shapes.Count; number++)
                {
                    each.SetValue(shapes[number].Literals[i], number);
                }

                _literals[i] = each;
            }
        }
    }

    /// <summary>Asks for versions by their names.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="versions">The versions. Index: primary keys of the current and the version table.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Selections, each with the place of a version that it selects.</returns>
    public Task<List<(Selection Selection, int Place)>> AskAsync(
        NpgsqlConnection connection, IReadOnlyCollection<(string Key, VersionId Version)> versions, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand { Connection = connection };
        FeedChunk.AddKeys(command, versions);
        var columns = string.Join(", ", _shape.Columns.Union(["hub_revision"]));

        // The offset has the versions looked up before they meet the selections, which else are gone through for each of them.
        return AskAsync(
            command,
            $"""
            (
                select k.place, v.*
                from unnest($1::text[], $2::text[], $3::bigint[]) with ordinality as k (key, source, revision, place)
                cross join lateral ({FeedChunk.VersionsOf(_table, columns)}) v
                offset 0
            ) r
            """,
            cancellationToken);
    }

    /// <summary>The same of versions that are at hand: the columns it takes go along, and the table is not looked at.</summary>
    /// <param name="connection">Connection.</param>
    /// <param name="entries">Entries with content.</param>
    /// <param name="cancellationToken">Ends the call.</param>
    /// <returns>Selections, each with the place of an entry that it selects.</returns>
    public Task<List<(Selection Selection, int Place)>> AskAsync(
        NpgsqlConnection connection, List<FeedRow> entries, CancellationToken cancellationToken)
    {
        var command = new NpgsqlCommand { Connection = connection };
        command.Parameters.Add(BatchArray.Of(entries, entry => entry.Version.Revision));
        List<string> names = ["hub_revision"];
        List<string> arrays = ["$1::bigint[]"];
        List<string> selected = ["i.place", "i.hub_revision"];
        foreach (var name in _shape.Columns.Except(names))
        {
            // What the hub itself merged from several sources, with what they disagree about, is never at hand.
            if (name == "hub_disputed")
            {
                selected.Add("null::text[] as hub_disputed");
                continue;
            }

            var (parameter, array, select) = ColumnOf(name, entries);
            command.Parameters.Add(parameter);
            names.Add(name);
            arrays.Add(string.Create(CultureInfo.InvariantCulture, $"${command.Parameters.Count}::{array}"));
            selected.Add($"{select} as {name}");
        }

        return AskAsync(
            command,
            $"(select {string.Join(", ", selected)} from unnest({string.Join(", ", arrays)}) with ordinality as i ({string.Join(", ", names)}, place)) r",
            cancellationToken);
    }

    private (NpgsqlParameter Parameter, string Array, string Select) ColumnOf(string name, List<FeedRow> entries)
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
                var column = _table.Columns.Single(column => column.QuotedName == name);
                return (column.BatchParameter(BatchArray.Values(entries, entry => entry.Content!.Record)), column.BatchArrayType, column.Select("i"));
        }
    }

    private async Task<List<(Selection Selection, int Place)>> AskAsync(NpgsqlCommand question, string versions, CancellationToken cancellationToken)
    {
        await using var command = question;
        var names = new List<string> { "number" };
        var values = new List<string> { command.Parameters.Use(_numbers) };
        var literals = new string[_literals.Length];
        for (var i = 0; i < literals.Length; i++)
        {
            literals[i] = command.Parameters.Use(_literals[i]);
            if (_differs[i])
            {
                names.Add(string.Create(CultureInfo.InvariantCulture, $"literal{i}"));
                values.Add(literals[i]);
                literals[i] = $"s.{names[^1]}";
            }
        }

        command.CommandText =
            $"""
            select s.number, r.place
            from {versions}
            cross join unnest({string.Join(", ", values)}) as s ({string.Join(", ", names)})
            {Fill(_shape.Join)}
            where {Fill(_shape.Condition)}
            """;
        var matches = new List<(Selection, int)>();
        await using var rows = await command.ExecuteReaderAsync(cancellationToken);
        while (await rows.ReadAsync(cancellationToken))
        {
            matches.Add((_selections[rows.GetInt32(0)], (int)rows.GetInt64(1) - 1));
        }

        return matches;

        string Fill(string sql) => PlaceholderForm().Replace(
            sql, match => literals[int.Parse(match.Groups[1].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) - 1]);
    }

    [GeneratedRegex(@"\$([0-9]+)")]
    private static partial Regex PlaceholderForm();
}
