using System.Text.RegularExpressions;
using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using HubExchange.Server.Errors;
using HubExchange.V1;

namespace HubExchange.Server.Tests.Errors;

/// <summary>Every error the contract declares can be sent: with a status, and a text in both languages.</summary>
public sealed partial class HubErrorsTests
{
    public static TheoryData<ErrorReason> Reasons => [.. Enum.GetValues<ErrorReason>().Where(reason => reason != ErrorReason.Unspecified)];

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Declaration_HasStatusAndTexts(ErrorReason reason)
    {
        var options = OptionsOf(reason);

        Assert.True(Enum.TryParse<StatusCode>(options.Status.Replace("_", "", StringComparison.Ordinal), ignoreCase: true, out var status));
        Assert.NotEqual(StatusCode.OK, status);
        Assert.Matches("[一-鿿]", options.Zh);
        Assert.Matches("[a-z]", options.En);
        Assert.DoesNotMatch("[一-鿿]", options.En);
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Texts_HaveTheSamePlaceholders(ErrorReason reason)
    {
        var options = OptionsOf(reason);

        // The only text that differs by language has a placeholder for each.
        Assert.Equal(
            Placeholders(options.En),
            Placeholders(options.Zh).Select(name => name == "problem_zh" ? "problem" : name).Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Reasons))]
    public void Error_CarriesReasonTextsAndMetadata(ErrorReason reason)
    {
        var names = Placeholders(OptionsOf(reason).En).Union(Placeholders(OptionsOf(reason).Zh)).ToArray();

        var status = HubErrors.Of(reason, [.. names.Select(name => (name, $"<{name}>"))]).GetRpcStatus()!;

        var info = status.GetDetail<ErrorInfo>()!;
        Assert.Equal(("hubexchange", HubErrors.NameOf(reason)), (info.Domain, info.Reason));
        Assert.Equal(names.Order(StringComparer.Ordinal), info.Metadata.Keys.Order(StringComparer.Ordinal));
        var texts = status.Details.Where(detail => detail.Is(LocalizedMessage.Descriptor)).Select(detail => detail.Unpack<LocalizedMessage>()).ToList();
        Assert.Equal(["zh-CN", "en"], texts.Select(text => text.Locale));
        Assert.All(texts, text => Assert.DoesNotMatch(@"\{\w+\}", text.Message));
        Assert.Equal($"{texts[0].Message} {texts[1].Message}", status.Message);
    }

    private static ErrorOptions OptionsOf(ErrorReason reason) =>
        ErrorReasonReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason))
            .FindValueByNumber((int)reason).GetOptions().GetExtension(OptionsExtensions.Error);

    private static IEnumerable<string> Placeholders(string text) =>
        Placeholder().Matches(text).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal);

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Placeholder();
}
