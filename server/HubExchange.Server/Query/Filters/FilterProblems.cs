using HubExchange.Contracts.Entities;

namespace HubExchange.Server.Query.Filters;

/// <summary>What can be wrong with a name in a filter, said with the names that may stand there instead.</summary>
internal static class FilterProblems
{
    private const int MaxSuggestions = 40;

    public static FilterException Unknown(FieldPath path, string known) => new(
        path.Token.Position,
        $"没有可筛选的字段 {path.Name}。可用字段:{known}",
        $"there is no filterable field {path.Name}. Fields: {known}");

    public static FilterException NoParts(FieldPath path, string field) => new(
        path.Next().Token.Position,
        $"{field} 既不是嵌套对象也不引用其他记录,后面不能再写“.”",
        $"{field} is neither a nested message nor a reference, no '.' may follow");

    /// <summary>Of a referred record nothing may be named here.</summary>
    public static FilterException NotOwn(FieldPath path, string field) => new(
        path.Token.Position,
        $"此处只能使用记录自身的字段,不能经 {field} 引用其他记录",
        $"only the record's own fields may be named here, not those of the record that {field} refers to");

    public static FilterException TooFar(FieldPath path, string field) => new(
        path.Token.Position,
        $"只能引用一步:{field} 已在被引用的记录中",
        $"references lead one step only: {field} is a field of a referred record already");

    /// <summary>Statistical returns that the caller gets aggregates of only are not asked about respondents or figures.</summary>
    public static FilterException NoClassification(FieldPath path, IEnumerable<string> known) => new(
        path.Token.Position,
        $"统计调查资料的汇总只能按分类筛选,{path.Name} 指向调查对象或其数值(《统计法》第二十八条)。可用字段:{Join(known)}",
        $"aggregates of statistical returns are filtered by classifications only; {path.Name} tells of respondents or their figures (Statistics Law, art. 28). Fields: {Join(known)}");

    /// <summary>Names that may be used with a type.</summary>
    public static string NamesOf(EntityType type, ReadAccess access, bool hasOrganization) => Join(
        type.Fields.Where(field => field.Options.Filterable && access.MayFilter(field)).Select(field => field.Name)
            .Concat(type.Fields.Where(field => FieldSql.IsDocument(field) && access.MayFilter(field)).Where(HasFilterable).Select(field => $"{field.Name}.…"))
            .Take(MaxSuggestions)
            .Concat(hasOrganization ? ["organization.…"] : [])
            .Concat(EnvelopeField.Names.Select(name => type.Find(name) is null ? name : $"hub_{name}")));

    /// <summary>Names that may be used of a nested message.</summary>
    public static string NamesOf(IEnumerable<EntityField> fields, ReadAccess access) => Join(
        fields.Where(field => field.Options.Filterable && access.MayFilter(field)).Select(field => field.Name).Take(MaxSuggestions));

    private static bool HasFilterable(EntityField field) => EntityField.AllOf(field.Descriptor.MessageType).Any(nested => nested.Options.Filterable);

    private static string Join(IEnumerable<string> names) => string.Join(", ", names) is { Length: > 0 } list ? list : "(无 none)";
}

/// <summary>A filter or order names a field that the caller may not see.</summary>
internal sealed class FieldNotReadableException(string field) : Exception(field)
{
    public string Field { get; } = field;
}
