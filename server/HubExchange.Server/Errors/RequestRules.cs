using System.Globalization;

namespace HubExchange.Server.Errors;

/// <summary>What requests of several services must hold to. All problems of a request are reported together.</summary>
internal static class RequestRules
{
    private const int MaxReason = 200;

    /// <exception cref="Grpc.Core.RpcException">REQUEST_INVALID with every problem, if there is one.</exception>
    public static void Ensure(IEnumerable<FieldProblem> problems)
    {
        if (problems.ToArray() is { Length: > 0 } found)
        {
            throw HubErrors.InvalidRequest(found);
        }
    }

    /// <summary>Why somebody does something: one line of their own words.</summary>
    public static IEnumerable<FieldProblem> Reason(string reason, bool isRequired = true) => Text("reason", reason, MaxReason, isRequired);

    /// <param name="field">Path of the field.</param>
    /// <param name="value">Its value.</param>
    /// <param name="maxLength">Most UTF-16 code units.</param>
    /// <param name="isRequired">It must hold more than blanks.</param>
    /// <param name="allowLines">It may hold line breaks and other control characters.</param>
    public static IEnumerable<FieldProblem> Text(
        string field, string value, int maxLength, bool isRequired = true, bool allowLines = false)
    {
        if (isRequired && string.IsNullOrWhiteSpace(value))
        {
            yield return new FieldProblem(field, "必填", "is required");
        }
        else if (value.Length > maxLength)
        {
            var max = maxLength.ToString(CultureInfo.InvariantCulture);
            yield return new FieldProblem(field, $"最多 {max} 个字符", $"has more than {max} characters");
        }
        else if (!allowLines && value.Any(char.IsControl))
        {
            yield return new FieldProblem(field, "不得含有换行等控制字符", "holds line breaks or other control characters");
        }
    }
}
