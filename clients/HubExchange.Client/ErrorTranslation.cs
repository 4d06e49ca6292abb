using Google.Protobuf.Reflection;
using Google.Rpc;
using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client;

/// <summary>Makes a <see cref="HubException"/> of whatever a call ended with.</summary>
internal static class ErrorTranslation
{
    private const string ReasonPrefix = "ERROR_REASON_";
    private const string RequestIdHeader = "x-request-id";

    private static readonly Dictionary<string, EnumValueDescriptor> Reasons = ErrorReasonReflection.Descriptor.EnumTypes
        .Single(type => type.Name == nameof(ErrorReason)).Values
        .ToDictionary(value => value.Name[ReasonPrefix.Length..]);

    public static string NameOf(ErrorReason reason) => reason == ErrorReason.Unspecified
        ? ""
        : Reasons.FirstOrDefault(pair => pair.Value.Number == (int)reason).Key ?? "";

    public static HubException Translate(RpcException exception, HubConnection? connection)
    {
        var status = exception.GetRpcStatus();
        var info = Detail<ErrorInfo>(status);
        if (info is null || !Reasons.TryGetValue(info.Reason, out var reason))
        {
            return ConnectionDiagnosis.Diagnose(exception, connection);
        }

        var (zh, en) = Texts(status!, info, reason);
        var retryDelay = Detail<RetryInfo>(status)?.RetryDelay?.ToTimeSpan();
        return new HubException(exception.StatusCode, (ErrorReason)reason.Number, zh, en, exception)
        {
            Metadata = new Dictionary<string, string>(info.Metadata),
            FieldViolations = [.. Detail<BadRequest>(status)?.FieldViolations
                .Select(violation => new HubException.FieldViolation(violation.Field, violation.Description)) ?? []],
            RequestId = RequestIdOf(exception, status, info),
            RetryDelay = retryDelay,

            // The hub says when to try again only where that helps, such as over a rate or a number of streams.
            IsTransient = exception.StatusCode == StatusCode.Unavailable || retryDelay is not null,
        };
    }

    // The hub's own texts first; a hub that sends none still leaves the texts of the contract.
    private static (string Zh, string En) Texts(Google.Rpc.Status status, ErrorInfo info, EnumValueDescriptor reason)
    {
        var options = reason.GetOptions()?.GetExtension(OptionsExtensions.Error);
        var localized = Details<LocalizedMessage>(status).ToArray();
        return (
            Of("zh") ?? Fill(options?.Zh) ?? status.Message,
            Of("en") ?? Fill(options?.En) ?? status.Message);

        string? Of(string language) => localized
            .FirstOrDefault(message => message.Locale.StartsWith(language, StringComparison.OrdinalIgnoreCase))?.Message;

        string? Fill(string? text) => string.IsNullOrEmpty(text)
            ? null
            : info.Metadata.Aggregate(text, (filled, pair) => filled.Replace($"{{{pair.Key}}}", pair.Value, StringComparison.Ordinal));
    }

    private static string? RequestIdOf(RpcException exception, Google.Rpc.Status? status, ErrorInfo? info) =>
        Detail<RequestInfo>(status)?.RequestId ??
        exception.Trailers.GetValue(RequestIdHeader) ??
        (info?.Reason == "INTERNAL" ? info.Metadata.GetValueOrDefault("id") : null);

    private static T? Detail<T>(Google.Rpc.Status? status)
        where T : class, Google.Protobuf.IMessage<T>, new() => status is null ? null : Details<T>(status).FirstOrDefault();

    private static IEnumerable<T> Details<T>(Google.Rpc.Status status)
        where T : class, Google.Protobuf.IMessage<T>, new() =>
        from detail in status.Details
        where detail.Is(new T().Descriptor)
        select detail.Unpack<T>();
}
