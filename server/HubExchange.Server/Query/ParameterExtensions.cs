using System.Globalization;
using Npgsql;

namespace HubExchange.Server.Query;

/// <summary>Literals of a statement that is put together from parts.</summary>
internal static class ParameterExtensions
{
    /// <summary>Adds a value and returns the placeholder that stands for it, e.g. <c>$3</c>.</summary>
    public static string Use(this NpgsqlParameterCollection parameters, object value)
    {
        parameters.Add(new NpgsqlParameter { Value = value });
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}");
    }
}
