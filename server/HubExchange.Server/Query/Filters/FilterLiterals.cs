using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HubExchange.Contracts.Entities;
using HubExchange.Contracts.Hashing;
using Npgsql;

namespace HubExchange.Server.Query.Filters;

/// <summary>Reads the values in a filter and makes parameters of them: none gets into the text of a statement.</summary>
internal sealed partial class FilterLiterals(NpgsqlParameterCollection parameters)
{
    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    /// <summary>A value to be compared with another operand.</summary>
    /// <exception cref="FilterException">It is no such value.</exception>
    public FilterValue Value(FilterToken token, FilterValue other) =>
        new(token, other.Kind, Sql(token, other)) { Field = other.Field, IsConstant = true };

    /// <summary>A date.</summary>
    public FilterValue Date(FilterToken token, DateOnly date) =>
        new(token, FilterKind.Date, $"{parameters.Use(date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture))}::date") { IsConstant = true };

    /// <summary>Several values, as an array.</summary>
    public string Values(IReadOnlyList<FilterToken> tokens, FilterValue other) => other.Kind switch
    {
        FilterKind.Text or FilterKind.Code => parameters.Use(tokens.Select(token => TextOf(token, other)).ToArray()),
        FilterKind.Number => $"{parameters.Use(tokens.Select(token => NumberOf(token, other)).ToArray())}::numeric[]",
        FilterKind.Date => $"{parameters.Use(tokens.Select(token => DateOf(token, other)).ToArray())}::date[]",
        _ => $"array[{string.Join(", ", tokens.Select(token => Sql(token, other)))}]",
    };

    /// <summary>The pattern of texts that begin with a value or contain it.</summary>
    public string Pattern(FilterToken token, FilterValue other, string text, bool isPrefix) =>
        parameters.Use($"{(isPrefix ? "" : "%")}{Escape(Canonical(token, other, text))}%");

    /// <summary>A date as it is written, or null.</summary>
    public static string? DateText(string text) =>
        DateOnly.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null;

    private string Sql(FilterToken token, FilterValue other)
    {
        switch (other.Kind)
        {
            case FilterKind.Text or FilterKind.Code:
                return parameters.Use(TextOf(token, other));
            case FilterKind.Number:
                var number = NumberOf(token, other);
                return long.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var whole)
                    ? parameters.Use(whole)
                    : $"{parameters.Use(number)}::numeric";
            case FilterKind.Date:
                return $"{parameters.Use(DateOf(token, other))}::date";
            case FilterKind.Flag:
                return parameters.Use(bool.TryParse(token.Text, out var flag) ? flag : throw Wrong(token, other, ",应为 true 或 false", ", use true or false"));
            case FilterKind.Instant:
                return parameters.Use(InstantOf(token, other));
            default:
                throw new InvalidOperationException($"{other.Kind} has no values.");
        }
    }

    private static string TextOf(FilterToken token, FilterValue other) => other.Field?.Codes is { } codes
        ? codes.Find(token.Text)?.Name ?? throw new FilterException(
            token.Position,
            $"{other.Field.Label} 没有代码“{token.Text}”。可用代码:{string.Join("、", codes.Codes.Select(code => $"{code.Name} {code.Label}"))}",
            $"{other.Field.Name} has no code '{token.Text}'. Codes: {string.Join(", ", codes.Codes.Select(code => code.Name))}")
        : Canonical(token, other, token.Text);

    private static string Canonical(FilterToken token, FilterValue other, string text)
    {
        try
        {
            return other.Field is { } field ? CanonicalText.Of(field, text) : CanonicalText.Of(text);
        }
        catch (ArgumentException)
        {
            throw Wrong(token, other, "", "");
        }
    }

    private static string NumberOf(FilterToken token, FilterValue other) =>
        NumberForm().IsMatch(token.Text) ? token.Text : throw Wrong(token, other, ",应为数字", ", a number is expected");

    private static string DateOf(FilterToken token, FilterValue other) =>
        DateText(token.Text) ?? throw Wrong(token, other, ",日期写作 YYYY-MM-DD", ", a date is YYYY-MM-DD");

    // A day is its first moment in the business time zone.
    private static DateTime InstantOf(FilterToken token, FilterValue other)
    {
        if (DateText(token.Text) is { } date && DateTime.Parse(date, CultureInfo.InvariantCulture) is var day && day.Ticks >= China.Ticks)
        {
            return DateTime.SpecifyKind(day - China, DateTimeKind.Utc);
        }

        return InstantForm().IsMatch(token.Text) &&
            DateTimeOffset.TryParse(token.Text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var instant)
            ? instant.UtcDateTime
            : throw Wrong(token, other, ",时刻写作 2021-06-30T08:00:00Z", ", an instant is 2021-06-30T08:00:00Z");
    }

    private static FilterException Wrong(FilterToken token, FilterValue other, string zh, string en) => new(
        token.Position,
        $"“{token.Text}”不是 {other.Field?.Label ?? other.Token.Text} 的合法值{zh}",
        $"'{token.Text}' is not a value of {other.Field?.Name ?? other.Token.Text}{en}");

    private static string Escape(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var c in text)
        {
            if (c is '%' or '_' or '\\')
            {
                escaped.Append('\\');
            }

            escaped.Append(c);
        }

        return escaped.ToString();
    }

    [GeneratedRegex(@"^[-+]?[0-9]{1,200}(\.[0-9]{1,200})?\z")]
    private static partial Regex NumberForm();

    [GeneratedRegex(@"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,7})?)?(Z|[-+][0-9]{2}:[0-9]{2})\z")]
    private static partial Regex InstantForm();
}
