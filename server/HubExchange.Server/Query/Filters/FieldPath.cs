namespace HubExchange.Server.Query.Filters;

/// <summary>A name with points, read from left to right.</summary>
internal readonly record struct FieldPath(FilterToken Token)
{
    private const char Separator = '.';

    /// <summary>Part of the path that is being looked at.</summary>
    public string Name => FirstOf(Token.Text);

    /// <summary>More parts follow.</summary>
    public bool HasMore => Token.Text.Length > Name.Length;

    /// <summary>First part of a path.</summary>
    public static string FirstOf(string path) => path.IndexOf(Separator, StringComparison.Ordinal) is >= 0 and var end ? path[..end] : path;

    /// <summary>The path without its first part.</summary>
    public FieldPath Next()
    {
        var start = Name.Length + 1;
        return new FieldPath(Token with { Text = Token.Text[start..], Position = Token.Position + start });
    }
}
