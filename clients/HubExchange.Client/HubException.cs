using Grpc.Core;
using HubExchange.V1;

namespace HubExchange.Client;

/// <summary>The hub refused a call, or could not be reached. Texts say what happened and what to do.</summary>
public sealed class HubException : Exception
{
    internal HubException(StatusCode status, ErrorReason reason, string messageZh, string messageEn, Exception? inner = null)
        : base(messageEn, inner)
    {
        StatusCode = status;
        Reason = reason;
        MessageZh = messageZh;
        MessageEn = messageEn;
    }

    /// <summary>Status of the call.</summary>
    public StatusCode StatusCode { get; }

    /// <summary>Reason from the contract; unspecified when the answer did not come from the hub, e.g. when it cannot be reached.</summary>
    public ErrorReason Reason { get; }

    /// <summary>Name of the reason as the contract spells it, e.g. <c>TYPE_UNKNOWN</c>; empty when unspecified.</summary>
    public string ReasonName => ErrorTranslation.NameOf(Reason);

    /// <summary>What happened and what to do, in Chinese.</summary>
    public string MessageZh { get; }

    /// <summary>The same in English.</summary>
    public string MessageEn { get; }

    /// <summary>Details by name, as the comment of the <see cref="Reason"/> lists them.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();

    /// <summary>Every wrong field of the request.</summary>
    public IReadOnlyList<FieldViolation> FieldViolations { get; init; } = [];

    /// <summary>Leads the operator to the log entry, where the hub gave one.</summary>
    public string? RequestId { get; init; }

    /// <summary>How long the hub asks to wait before the next attempt.</summary>
    public TimeSpan? RetryDelay { get; init; }

    /// <summary>Calling again later, unchanged, may succeed.</summary>
    public bool IsTransient { get; init; }

    /// <summary>A wrong field of a request.</summary>
    /// <param name="Field">Path of the field.</param>
    /// <param name="Description">What is wrong.</param>
    public sealed record FieldViolation(string Field, string Description);
}
