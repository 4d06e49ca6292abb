using Google.Protobuf.Reflection;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Findings;

/// <summary>Codes of findings as they stand in the database: the names of the contract without their prefix.</summary>
internal static class FindingCode
{
    public static string Of(FindingState state) => Name<FindingState>((int)state, "FINDING_STATE_");

    public static string Of(FindingAction action) => Name<FindingAction>((int)action, "FINDING_ACTION_");

    public static string Of(FindingLight light) => Name<FindingLight>((int)light, "FINDING_LIGHT_");

    public static string Of(FindingOrigin origin) => Name<FindingOrigin>((int)origin, "FINDING_ORIGIN_");

    public static string Of(Severity severity) => Name<Severity>((int)severity, "SEVERITY_");

    public static string Of(QualityDimension dimension) => Name<QualityDimension>((int)dimension, "QUALITY_DIMENSION_");

    public static T Read<T>(string? code) where T : struct, Enum =>
        string.IsNullOrEmpty(code) ? default : Enum.Parse<T>(code.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    // Empty for "unspecified", which means any in a filter.
    private static string Name<T>(int number, string prefix) where T : struct, Enum
    {
        if (number == 0)
        {
            return "";
        }

        var descriptor = typeof(T) == typeof(Severity) || typeof(T) == typeof(QualityDimension)
            ? OptionsReflection.Descriptor.FindTypeByName<EnumDescriptor>(typeof(T).Name)
            : FindingServiceReflection.Descriptor.FindTypeByName<EnumDescriptor>(typeof(T).Name);
        return descriptor.FindValueByNumber(number)?.Name[prefix.Length..]
            ?? throw HubErrors.InvalidRequest(new FieldProblem(typeof(T).Name, $"没有取值 {number}", $"there is no value {number}"));
    }
}
