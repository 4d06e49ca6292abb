using System.Globalization;
using Npgsql;
using NpgsqlTypes;

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

    /// <summary>Adds a JSON document and returns its placeholder.</summary>
    public static string UseJson(this NpgsqlParameterCollection parameters, string json)
    {
        parameters.Add(new NpgsqlParameter { Value = json, NpgsqlDbType = NpgsqlDbType.Jsonb });

        // The cast costs nothing here; whoever binds the value elsewhere as text needs it.
        return string.Create(CultureInfo.InvariantCulture, $"${parameters.Count}::jsonb");
    }
}
