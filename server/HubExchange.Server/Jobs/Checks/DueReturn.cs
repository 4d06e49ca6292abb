using HubExchange.Contracts.Entities;
using HubExchange.Mechanism.V1;

namespace HubExchange.Server.Jobs.Checks;

/// <summary>A return whose last day is past.</summary>
/// <param name="Duty">What has to be reported.</param>
/// <param name="Type">Type of the records.</param>
/// <param name="Period">Period it is about.</param>
/// <param name="DueOn">Its last day.</param>
/// <param name="Found">What came.</param>
internal sealed record DueReturn(ReportingDuty Duty, EntityType Type, ReturnPeriod Period, DateOnly DueOn, ReturnFound Found)
{
    /// <summary>It came by its last day.</summary>
    public bool IsInTime => Found.FirstOn <= DueOn;

    /// <summary>It came and says something.</summary>
    public bool IsFilled => Found.Filled > 0;
}
