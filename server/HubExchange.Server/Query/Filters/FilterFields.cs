using HubExchange.Contracts.Entities;
using HubExchange.Server.Query.Aggregation;
using HubExchange.Server.Storage;

namespace HubExchange.Server.Query.Filters;

/// <summary>
/// Finds what the names in a filter mean: fields of a type, of its nested messages, of the records its references lead to, and of the
/// envelope. Only names of contracts get into statements.
/// </summary>
/// <param name="type">The type.</param>
/// <param name="alias">Alias of its rows.</param>
/// <param name="scope">What else may be referred to.</param>
/// <param name="isReferred">The type is itself one step away.</param>
internal sealed class FilterFields(EntityType type, string alias, FilterScope scope, bool isReferred = false)
{
    /// <summary>Leads to the organisation by which the type is placed.</summary>
    private const string Organization = "organization";

    private readonly ReadAccess _access = new(scope.Caller, type);
    private readonly HashSet<string> _columns = [];

    /// <summary>The columns of the type's rows that were used, as they stand in a statement.</summary>
    public IReadOnlyCollection<string> Columns => _columns;

    /// <summary>Whether a word on the right side of a comparison is a field rather than a value.</summary>
    public bool Knows(FilterToken token)
    {
        var name = FieldPath.FirstOf(token.Text);
        return type.Find(name) is not null || EnvelopeField.Find(type, name) is not null ||
            (token.Text.Length > name.Length && OrganizationField(name) is not null);
    }

    /// <summary>The value of a path.</summary>
    /// <exception cref="FilterException">There is no such field.</exception>
    /// <exception cref="FieldNotReadableException">The caller may not see it.</exception>
    public FilterValue Find(FilterToken token) => Find(new FieldPath(token));

    private FilterValue Find(FieldPath path)
    {
        if (type.Find(path.Name) is { } field)
        {
            return OfField(field, path);
        }

        if (EnvelopeField.Find(type, path.Name) is { } envelope)
        {
            CheckClassifies(path, isClassification: false);
            _columns.Add(envelope.Column);
            return path.HasMore ? throw FilterProblems.NoParts(path, path.Name) : envelope.Value(path.Token, alias, scope.NextAlias);
        }

        return path.HasMore && OrganizationField(path.Name) is { } organization
            ? Follow(organization, $"{alias}.\"{organization.Name}\"", path.Next())
            : throw FilterProblems.Unknown(path, FilterProblems.NamesOf(type, _access, OrganizationField(Organization) is not null));
    }

    private FilterValue OfField(EntityField field, FieldPath path)
    {
        CheckVisible(field);
        var column = $"{alias}.\"{field.Name}\"";
        if (path.HasMore)
        {
            return FieldSql.IsDocument(field) ? Nested(field, column, path.Next())
                : field.Options.Reference.Length > 0 ? Follow(field, column, path.Next())
                : throw FilterProblems.NoParts(path, field.Name);
        }

        if (!field.Options.Filterable)
        {
            throw FilterProblems.Unknown(path, FilterProblems.NamesOf(type, _access, OrganizationField(Organization) is not null));
        }

        CheckClassifies(path, Classifications.Has(type, field));
        _columns.Add($"\"{field.Name}\"");
        return FieldSql.OfColumn(field, path.Token, column, scope.NextAlias);
    }

    private FilterValue Nested(EntityField outer, string column, FieldPath path)
    {
        CheckClassifies(path, isClassification: false);
        _columns.Add($"\"{outer.Name}\"");
        var hops = new List<FilterHop>();
        var document = FieldSql.ElementOf(outer, column, scope.NextAlias, hops);
        while (true)
        {
            var fields = EntityField.AllOf(outer.Descriptor.MessageType);
            var field = fields.FirstOrDefault(field => field.Name == path.Name)
                ?? throw FilterProblems.Unknown(path, FilterProblems.NamesOf(fields, _access));
            CheckVisible(field);
            var value = $"({document}->'{field.Name}')";
            if (path.HasMore && FieldSql.IsDocument(field))
            {
                document = FieldSql.ElementOf(field, value, scope.NextAlias, hops);
                outer = field;
                path = path.Next();
                continue;
            }

            if (path.HasMore)
            {
                throw FilterProblems.NoParts(path, field.Name);
            }

            if (!field.Options.Filterable)
            {
                throw FilterProblems.Unknown(path, FilterProblems.NamesOf(fields, _access));
            }

            var leaf = FieldSql.OfDocument(field, path.Token, document, scope.NextAlias);
            return leaf with { Hops = [.. hops, .. leaf.Hops] };
        }
    }

    // The referred record as the caller would read it at the same moment.
    private FilterValue Follow(EntityField field, string column, FieldPath path)
    {
        if (isReferred)
        {
            throw FilterProblems.TooFar(path, field.Name);
        }

        if (scope.IsOwnOnly)
        {
            throw FilterProblems.NotOwn(path, field.Name);
        }

        CheckVisible(field);
        _columns.Add($"\"{field.Name}\"");
        var target = scope.Types.Find(field == OrganizationField(Organization) ? EntityTable.OrganizationType : field.Options.Reference)
            ?? throw new InvalidOperationException($"{field} refers to a type that is not there.");
        var hops = new List<FilterHop>();
        var key = FieldSql.ElementOf(field, column, scope.NextAlias, hops);
        var row = scope.NextAlias();
        var fields = new FilterFields(target, row, scope, isReferred: true);
        var value = fields.Find(path);
        var rows = scope.Rows.From(
            target, [.. fields.Columns.Append("hub_key").Distinct()], ownNode: new ReadAccess(scope.Caller, target).OwnNode);
        hops.Add((condition, isCorrelated) => isCorrelated
            ? $"exists (select from {rows} {row} where {row}.hub_key = {key} and {condition})"
            : $"{key} in (select {row}.hub_key from {rows} {row} where {condition})");
        return value with { Hops = [.. hops, .. value.Hops] };
    }

    private EntityField? OrganizationField(string name) =>
        name == Organization && type.Options.Placement?.Organization is { Length: > 0 } field &&
        scope.Types.Find(EntityTable.OrganizationType) is not null
            ? type.Find(field)
            : null;

    private void CheckVisible(EntityField field)
    {
        if (scope.IsProtected ? !_access.MayAggregate(field) : !_access.MayFilter(field))
        {
            throw new FieldNotReadableException(field.Name);
        }
    }

    private void CheckClassifies(FieldPath path, bool isClassification)
    {
        if (scope.IsProtected && !isClassification)
        {
            throw FilterProblems.NoClassification(path, Classifications.NamesOf(type));
        }
    }
}
