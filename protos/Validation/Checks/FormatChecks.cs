using HubExchange.Contracts.Validation.Formats;
using HubExchange.V1;
using EntityField = HubExchange.Contracts.Entities.EntityField;

namespace HubExchange.Contracts.Validation.Checks;

/// <summary>The checks of the text formats.</summary>
internal static class FormatChecks
{
    private delegate bool Form(ReadOnlySpan<char> text);

    public static TextCheck? Of(EntityField field) => field.Options.Format switch
    {
        Format.Date => Require(FormatRules.DateSyntax, CalendarDate.IsValid),
        Format.Decimal => DecimalOf(field),
        Format.Period => Require(FormatRules.PeriodSyntax, Period.IsValid),
        Format.Year => Require(FormatRules.YearSyntax, CalendarDate.IsYear),
        Format.Uscc => CheckUscc,
        Format.Division => DivisionChecks.Of(field),
        Format.Industry => CheckIndustry,
        Format.IndustrySection => Require(FormatRules.IndustrySectionSyntax, IndustryClass.IsSection),
        Format.ZoneId => Require(FormatRules.ZoneIdSyntax, ZoneId.HasForm),
        Format.NodeId => Require(FormatRules.NodeIdSyntax, NodeId.HasForm),
        Format.CertNo => CheckCertificateNumber,
        Format.SmeNo => CheckSmeNumber,
        Format.ContractNo => CheckContractNumber,
        Format.AchievementNo => Require(FormatRules.AchievementNoSyntax, AchievementNumber.HasForm),
        Format.ProjectId => Require(FormatRules.ProjectIdSyntax, ProjectId.HasForm),
        Format.PersonPid => Require(FormatRules.PersonPidSyntax, PersonPseudonym.HasForm),
        Format.Identifier => Require(FormatRules.IdentifierSyntax, Identifier.HasForm),
        Format.Mobile => Require(FormatRules.MobileSyntax, Contact.IsMobile),
        Format.Email => Require(FormatRules.EmailSyntax, Contact.IsEmail),
        _ => null,
    };

    private static TextCheck Require(RuleInfo rule, Form form) => (text, field, index, found) =>
    {
        if (!form(text))
        {
            found.Add(rule, field, text, index: index);
        }
    };

    private static TextCheck DecimalOf(EntityField field)
    {
        var hasRange = NumberChecks.HasRange(field);
        return (text, field, index, found) =>
        {
            if (!DecimalText.TryParse(text, out var value))
            {
                found.Add(FormatRules.DecimalSyntax, field, text, index: index);
            }
            else if (hasRange)
            {
                NumberChecks.CheckDecimal(value, text, index, field, found);
            }
        };
    }

    private static void CheckUscc(string code, EntityField field, int index, Findings found)
    {
        if (!Uscc.HasForm(code))
        {
            found.Add(FormatRules.UsccSyntax, field, code, index: index);
            return;
        }

        if (!Uscc.HasCheckCharacter(code))
        {
            // The expected character is not for the message of a personal field: it gives the code away.
            var expected = field.IsPersonal ? "?" : Uscc.CheckCharacter(code.AsSpan(0, 17)).ToString();
            found.Add(FormatRules.UsccCheck, field, code, expected, index);
            return;
        }

        if (!Uscc.HasKnownRegistrar(code))
        {
            found.Add(FormatRules.UsccRegistrar, field, code, code[..2], index);
        }

        if (!found.Divisions.MayRegister(Uscc.Division(code)))
        {
            found.Add(FormatRules.UsccDivision, field, code, Uscc.Division(code).ToString(), index);
        }

        if (!OrganizationCode.IsValid(Uscc.Body(code)))
        {
            found.Add(FormatRules.UsccBody, field, code, index: index);
        }
    }

    private static void CheckIndustry(string code, EntityField field, int index, Findings found)
    {
        if (!IndustryClass.HasForm(code))
        {
            found.Add(FormatRules.IndustrySyntax, field, code, index: index);
        }
        else if (IndustryClass.SectionOf(code) is null)
        {
            found.Add(FormatRules.IndustryDivision, field, code, index: index);
        }
    }

    private static void CheckCertificateNumber(string number, EntityField field, int index, Findings found)
    {
        if (!CertificateNumber.HasForm(number))
        {
            found.Add(FormatRules.CertNoSyntax, field, number, index: index);
            return;
        }

        if (CertificateNumber.Province(number) is not "42")
        {
            found.Add(FormatRules.CertNoProvince, field, number, index: index);
        }

        if (!CertificateNumber.HasPlausibleKind(number))
        {
            found.Add(FormatRules.CertNoReview, field, number, index: index);
        }
    }

    private static void CheckSmeNumber(string number, EntityField field, int index, Findings found)
    {
        if (!SmeNumber.HasForm(number))
        {
            found.Add(FormatRules.SmeNoSyntax, field, number, index: index);
        }
        else if (!DivisionCode.HasProvince(SmeNumber.Division(number)) || found.Divisions.IsUnknown(SmeNumber.Division(number)))
        {
            found.Add(FormatRules.SmeNoDivision, field, number, SmeNumber.Division(number).ToString(), index);
        }
    }

    private static void CheckContractNumber(string number, EntityField field, int index, Findings found)
    {
        if (!ContractNumber.HasForm(number))
        {
            found.Add(FormatRules.ContractNoSyntax, field, number, index: index);
        }
        else if (!ContractNumber.HasUsualStructure(number))
        {
            found.Add(FormatRules.ContractNoStructure, field, number, index: index);
        }
    }
}
