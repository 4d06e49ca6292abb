using Google.Protobuf;
using HubExchange.Enterprise.V1;
using HubExchange.Mechanism.V1;
using HubExchange.Platform.V1;
using HubExchange.Region.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Talent.V1;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Faults;

/// <summary>Gives a copied record a key no sound record has, so that a faulty record never stands for a sound one.</summary>
internal static class FreshKey
{
    // Keys with a serial of fixed length repeat after this many; what repeats is refused all the same.
    private const int Serials = 100_000;

    public static void Give(IMessage record, int number, CityOptions options)
    {
        var serial = number % Serials;
        var id = Text.Invariant($"CW{options.Year}-{number:D6}");
        switch (record)
        {
            case Organization organization:
                organization.Uscc = SyntheticCode.Uscc(organization.Uscc[..2], organization.Uscc[2..8], SyntheticCode.Faulty + serial);
                break;
            case HteCertificate certificate:
                certificate.CertNo = Text.Invariant($"{certificate.CertNo[..8]}9{serial:D5}");
                break;
            case TechSmeRegistration registration:
                registration.RegNo = Text.Invariant($"{registration.RegNo[..10]}ZZ{serial:D6}");
                break;
            case IncubateeTenancy tenancy:
                tenancy.TenancyId = id;
                break;
            case RdInstitution body:
                body.RdId = id;
                break;
            case TechContract contract:
                contract.RegistrationNo = Text.Invariant($"{contract.RegistrationNo[..8]}99{serial:D6}");
                break;
            case RdProject project:
                project.ProjectId = Text.Invariant($"{project.ProjectId[..7]}429999-{serial:D5}");
                break;
            case NewProduct product:
                product.ProductId = id;
                break;
            case Talent.V1.Talent talent:
                talent.PersonPid = SyntheticCode.PersonPid(options.Seed, int.MaxValue - number);
                break;
            case Secondment secondment:
                secondment.SecondmentId = id;
                break;
            case Loan loan:
                loan.LoanId = id;
                break;
            case MatchEvent matchEvent:
                matchEvent.EventId = id;
                break;
            case SupervisionOrder order:
                order.OrderId = id;
                break;
            case IndicatorObservation observation:
                observation.IndicatorId = id;
                break;
            case ConstructionProgress progress:
                // One record per month: years before the park existed.
                progress.Month = Text.Month(1900 + (number / 12 % 100), 1 + (number % 12));
                break;
            case ZoneStatistic statistic:
                statistic.StatCode = id;
                break;
            case Milestone milestone:
                milestone.MilestoneId = id;
                break;
            case MacroStat stat:
                stat.StatCode = id;
                break;
            default:
                throw new ArgumentException($"No fresh key is known for {record.Descriptor.FullName}.", nameof(record));
        }
    }
}
