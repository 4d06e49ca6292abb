using System.Collections.Frozen;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Grpc.Core;
using HubExchange.V1;
using Enum = System.Enum;
using Status = Google.Rpc.Status;

namespace HubExchange.Server.Errors;

/// <summary>
/// Builds every error a caller can get on purpose. Status and texts come from the contract (<c>error_reason.proto</c>), so the list of
/// errors is its own documentation. Nothing else builds an <see cref="RpcException"/>.
/// </summary>
internal static class HubErrors
{
    public const string Domain = "hubexchange";

    private const string Prefix = "ERROR_REASON_";

    // How long to wait where trying again helps and nothing says more exactly when. A stop is over soon, a full disk is not.
    private static readonly FrozenDictionary<ErrorReason, TimeSpan> RetryDelays = new Dictionary<ErrorReason, TimeSpan>
    {
        [ErrorReason.HubStopping] = TimeSpan.FromSeconds(2),
        [ErrorReason.StoreUnavailable] = TimeSpan.FromSeconds(2),
        [ErrorReason.StreamLimit] = TimeSpan.FromSeconds(5),
        [ErrorReason.StoreFull] = TimeSpan.FromSeconds(10),
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<ErrorReason, EnumValueDescriptor> Declared =
        ErrorReasonReflection.Descriptor.FindTypeByName<EnumDescriptor>(nameof(ErrorReason)).Values
            .ToFrozenDictionary(value => (ErrorReason)value.Number);

    /// <summary>An error with its metadata, which also fills the placeholders of its texts.</summary>
    public static RpcException Of(ErrorReason reason, params ReadOnlySpan<(string Key, string Value)> metadata) =>
        Create(reason, [], DelayOf(reason), metadata);

    /// <summary>The same with the time after which trying again may succeed.</summary>
    public static RpcException Of(ErrorReason reason, TimeSpan retryAfter, params ReadOnlySpan<(string Key, string Value)> metadata) =>
        Create(reason, [], retryAfter, metadata);

    /// <summary>REQUEST_INVALID with every field that is wrong.</summary>
    public static RpcException InvalidRequest(params FieldProblem[] problems) => Create(
        ErrorReason.RequestInvalid,
        problems,
        null,
        ("problem", string.Join("; ", problems.Select(problem => $"{problem.Field}: {problem.En}"))),
        ("problem_zh", string.Join(";", problems.Select(problem => $"{problem.Field}:{problem.Zh}"))));

    /// <summary>Name of a reason as it travels: without the prefix.</summary>
    public static string NameOf(ErrorReason reason) => Declared[reason].Name[Prefix.Length..];

    /// <summary>gRPC status of a reason, as the contract says.</summary>
    public static StatusCode StatusOf(ErrorReason reason) =>
        Enum.Parse<StatusCode>(OptionsOf(reason).Status.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    /// <summary>Texts of a reason, with their placeholders.</summary>
    public static (string Zh, string En) TextsOf(ErrorReason reason) => (OptionsOf(reason).Zh, OptionsOf(reason).En);

    private static ErrorOptions OptionsOf(ErrorReason reason) => Declared[reason].GetOptions().GetExtension(OptionsExtensions.Error);

    private static TimeSpan? DelayOf(ErrorReason reason) => RetryDelays.TryGetValue(reason, out var delay) ? delay : null;

    private static RpcException Create(
        ErrorReason reason,
        FieldProblem[] problems,
        TimeSpan? retryAfter,
        params ReadOnlySpan<(string Key, string Value)> metadata)
    {
        var info = new ErrorInfo { Domain = Domain, Reason = NameOf(reason) };
        var (zh, en) = TextsOf(reason);
        foreach (var (key, value) in metadata)
        {
            info.Metadata[key] = value;
            zh = zh.Replace($"{{{key}}}", value, StringComparison.Ordinal);
            en = en.Replace($"{{{key}}}", value, StringComparison.Ordinal);
        }

        var status = new Status
        {
            Code = (int)StatusOf(reason),
            Message = $"{zh} {en}",
            Details =
            {
                Any.Pack(info),
                Any.Pack(new LocalizedMessage { Locale = "zh-CN", Message = zh }),
                Any.Pack(new LocalizedMessage { Locale = "en", Message = en }),
            },
        };
        if (problems.Length > 0)
        {
            status.Details.Add(Any.Pack(new BadRequest
            {
                FieldViolations =
                {
                    problems.Select(problem => new BadRequest.Types.FieldViolation
                    {
                        Field = problem.Field,
                        Description = $"{problem.Zh} {problem.En}",
                    }),
                },
            }));
        }

        if (retryAfter is { } delay)
        {
            status.Details.Add(Any.Pack(new RetryInfo { RetryDelay = Duration.FromTimeSpan(delay) }));
        }

        return status.ToRpcException();
    }
}

/// <summary>One field of a request that is wrong.</summary>
/// <param name="Field">Path of the field.</param>
/// <param name="Zh">What is wrong and how to mend it, in Chinese.</param>
/// <param name="En">The same in English.</param>
internal sealed record FieldProblem(string Field, string Zh, string En);
