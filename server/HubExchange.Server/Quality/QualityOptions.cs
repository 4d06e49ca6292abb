using System.ComponentModel.DataAnnotations;
using HubExchange.V1;
using Microsoft.Extensions.Options;

namespace HubExchange.Server.Quality;

/// <summary>What counts how much in the quality of a source. A weight says how much of the total a dimension is, relative to the others.</summary>
internal sealed class QualityOptions
{
    public const string Section = "Quality";

    /// <summary>Weight of 规范性.</summary>
    [Range(0, 100)]
    public int ConformityWeight { get; init; } = 20;

    /// <summary>Weight of 完整性.</summary>
    [Range(0, 100)]
    public int CompletenessWeight { get; init; } = 20;

    /// <summary>Weight of 准确性.</summary>
    [Range(0, 100)]
    public int AccuracyWeight { get; init; } = 20;

    /// <summary>Weight of 一致性.</summary>
    [Range(0, 100)]
    public int ConsistencyWeight { get; init; } = 15;

    /// <summary>Weight of 时效性.</summary>
    [Range(0, 100)]
    public int TimelinessWeight { get; init; } = 15;

    /// <summary>Weight of 可访问性.</summary>
    [Range(0, 100)]
    public int AccessibilityWeight { get; init; } = 10;

    /// <summary>Returns that were due in so many days before the score count.</summary>
    [Range(1, 1_000)]
    public int ReturnDays { get; init; } = 365;

    /// <summary>Attendance and reconciliations of so many days before the score count.</summary>
    [Range(1, 400)]
    public int ContactDays { get; init; } = 30;

    /// <summary>Changes are shown against so many days before, unless a caller says otherwise.</summary>
    [Range(1, 400)]
    public int PeriodDays { get; init; } = 30;

    /// <summary>The weight of a dimension.</summary>
    public int WeightOf(QualityDimension dimension) => dimension switch
    {
        QualityDimension.Conformity => ConformityWeight,
        QualityDimension.Completeness => CompletenessWeight,
        QualityDimension.Accuracy => AccuracyWeight,
        QualityDimension.Consistency => ConsistencyWeight,
        QualityDimension.Timeliness => TimelinessWeight,
        _ => AccessibilityWeight,
    };
}

[OptionsValidator]
internal sealed partial class QualityOptionsValidator : IValidateOptions<QualityOptions>;
