using static HubExchange.V1.QualityDimension;

namespace HubExchange.Contracts.Validation;

/// <summary>The rules of the text formats. What the domain dictionary only believes to know is a warning.</summary>
internal static class FormatRules
{
    public static readonly RuleInfo DateSyntax = RuleInfo.Error("date.syntax", Conformity,
        "“{field}”不是有效日期;请按 YYYY-MM-DD 填写 1900 至 2100 年间的真实日期,如 2021-06-30。",
        "'{field}' is not a date; write an existing day of 1900-2100 as YYYY-MM-DD, e.g. 2021-06-30.");

    public static readonly RuleInfo DecimalSyntax = RuleInfo.Error("decimal.syntax", Conformity,
        "“{field}”不是规范的小数;请去掉千分位、多余的 0 和指数,至多 28 位,如 12.5。",
        "'{field}' is not a decimal in shortest form; drop separators, extra zeros and exponents, at most 28 digits, e.g. 12.5.");

    public static readonly RuleInfo PeriodSyntax = RuleInfo.Error("period.syntax", Conformity,
        "“{field}”不是有效统计期;请填 2021、2021-H1、2021-Q2 或 2021-06 的形式。",
        "'{field}' is not a period; write 2021, 2021-H1, 2021-Q2 or 2021-06.");

    public static readonly RuleInfo YearSyntax = RuleInfo.Error("year.syntax", Conformity,
        "“{field}”不是有效年份;请填 1900 至 2100 的四位年份。",
        "'{field}' is not a year; write four digits from 1900 to 2100.");

    public static readonly RuleInfo UsccSyntax = RuleInfo.Error("uscc.syntax", Conformity,
        "“{field}”不是 18 位统一社会信用代码;请核对营业执照或登记证书(不含字母 I、O、S、V、Z)。",
        "'{field}' is not a unified social credit code of 18 characters; compare it with the licence (no letters I, O, S, V, Z).");

    public static readonly RuleInfo UsccCheck = RuleInfo.Error("uscc.check", Conformity,
        "“{field}”校验码不符(按前 17 位应为 {detail});多为录入错误,请核对营业执照或登记证书。",
        "'{field}' has the wrong check character (the others ask for {detail}); most likely a typing error, compare it with the licence.");

    public static readonly RuleInfo UsccRegistrar = RuleInfo.Warning("uscc.registrar", Conformity,
        "“{field}”的登记管理部门和机构类别代码 {detail} 不在标准清单中;请核对,如确为新类别可不处理。",
        "'{field}' has the registrar and kind {detail}, which the standard does not list; check it, or leave it when the kind is new.");

    public static readonly RuleInfo UsccDivision = RuleInfo.Warning("uscc.division", Accuracy,
        "“{field}”中的登记机关区划 {detail} 未知;请核对代码。",
        "'{field}' names the unknown division {detail} as that of its registering office; check the code.");

    public static readonly RuleInfo UsccBody = RuleInfo.Warning("uscc.body", Accuracy,
        "“{field}”中的组织机构代码(GB 11714)校验码不符;请核对代码。",
        "The organisation code (GB 11714) inside '{field}' has the wrong check character; check the code.");

    public static readonly RuleInfo DivisionSyntax = RuleInfo.Error("division.syntax", Conformity,
        "“{field}”不是行政区划代码;请填 6、9 或 12 位数字。",
        "'{field}' is not a division code; write 6, 9 or 12 digits.");

    public static readonly RuleInfo DivisionProvince = RuleInfo.Warning("division.province", Accuracy,
        "“{field}”前两位不是省级代码;请核对区划代码。",
        "'{field}' does not begin with a province-level code; check it.");

    public static readonly RuleInfo DivisionUnknown = RuleInfo.Error("division.unknown", Accuracy,
        "“{field}”不在区划表中;请改填区划表中的代码,新设区划请先由市局登记。",
        "'{field}' is not in the list of divisions; use a listed code, or have the bureau register the new division first.");

    public static readonly RuleInfo DivisionPlaceholder = RuleInfo.Error("division.placeholder", Accuracy,
        "“{field}”是占位代码(市辖区),不得挂接数据;请改填所在的县、市、区代码。",
        "'{field}' is a placeholder that carries no data; use the code of the county, city or district.");

    public static readonly RuleInfo DivisionExpired = RuleInfo.Warning("division.expired", Timeliness,
        "“{field}”的区划代码已于 {detail} 停用;请改用现行代码。",
        "'{field}' holds a division code that ended on {detail}; use the present code.");

    public static readonly RuleInfo IndustrySyntax = RuleInfo.Error("industry.syntax", Conformity,
        "“{field}”不是行业小类代码;请填 GB/T 4754-2017 的 4 位数字。",
        "'{field}' is not an industry class; write the 4 digits of GB/T 4754-2017.");

    public static readonly RuleInfo IndustryDivision = RuleInfo.Error("industry.class", Conformity,
        "“{field}”的行业大类不属于任何门类;请核对 GB/T 4754-2017 代码(大类 01-97)。",
        "'{field}' belongs to no industry section; check the code in GB/T 4754-2017 (divisions 01-97).");

    public static readonly RuleInfo IndustrySectionSyntax = RuleInfo.Error("industry_section.syntax", Conformity,
        "“{field}”不是行业门类;请填一个字母 A 至 T。",
        "'{field}' is not an industry section; write one letter from A to T.");

    public static readonly RuleInfo ZoneIdSyntax = RuleInfo.Error("zone_id.syntax", Conformity,
        "“{field}”不是园区编号;请按“6 位区划-类别字母(Z/P/B/K)3 位数字”填写,如 420281-Z001。",
        "'{field}' is not a zone id; write six digits, a hyphen, one of Z P B K and three digits, e.g. 420281-Z001.");

    public static readonly RuleInfo NodeIdSyntax = RuleInfo.Error("node_id.syntax", Conformity,
        "“{field}”不是节点编号;请按 ND- 加大写字母或数字填写,如 ND-420281。",
        "'{field}' is not a node id; write ND- and capital letters or digits, e.g. ND-420281.");

    public static readonly RuleInfo CertNoSyntax = RuleInfo.Warning("cert_no.syntax", Conformity,
        "“{field}”不像高新技术企业证书编号;请核对,一般为 GR 加 4 位年份、2 位省码和 6 位数字,如 GR202142900001。",
        "'{field}' does not look like a certificate number; check it, usually GR, year, two digits of the province and six digits.");

    public static readonly RuleInfo CertNoProvince = RuleInfo.Warning("cert_no.province", Accuracy,
        "“{field}”不是湖北省(42)颁发的证书编号;外省迁入企业可不处理,否则请核对。",
        "'{field}' was not issued in Hubei (42); check it unless the firm moved in from elsewhere.");

    public static readonly RuleInfo CertNoReview = RuleInfo.Warning("cert_no.review", Accuracy,
        "“{field}”以 GF 开头,但只有 2011 至 2015 年复审证书使用 GF;请核对。",
        "'{field}' begins with GF, which only reviews of 2011-2015 used; check it.");

    public static readonly RuleInfo SmeNoSyntax = RuleInfo.Warning("sme_no.syntax", Conformity,
        "“{field}”不像科技型中小企业入库登记编号;请核对,一般为 4 位年份、6 位区划、2 位字符和 6 位流水号。",
        "'{field}' does not look like a technology SME number; check it, usually year, six-digit division, two characters, six digits.");

    public static readonly RuleInfo SmeNoDivision = RuleInfo.Warning("sme_no.division", Accuracy,
        "“{field}”中的区划 {detail} 未知;请核对编号。",
        "'{field}' names the unknown division {detail}; check the number.");

    public static readonly RuleInfo ContractNoSyntax = RuleInfo.Error("contract_no.syntax", Conformity,
        "“{field}”不是技术合同登记编号;请填以年份开头的 16 位数字。",
        "'{field}' is not a contract registration number; write 16 digits that begin with the year.");

    public static readonly RuleInfo ContractNoStructure = RuleInfo.Warning("contract_no.structure", Conformity,
        "“{field}”年份之后不是省级代码;请核对编号。",
        "'{field}' has no province code after the year; check the number.");

    public static readonly RuleInfo AchievementNoSyntax = RuleInfo.Error("achievement_no.syntax", Conformity,
        "“{field}”不是成果登记号;请填 3 位地区或部门代码、4 位年份、Y 和 4 位流水号,共 12 位。",
        "'{field}' is not an achievement number; write three digits, the year, Y and four digits.");

    public static readonly RuleInfo ProjectIdSyntax = RuleInfo.Error("project_id.syntax", Conformity,
        "“{field}”不是研发项目编号;请按“HS年份-6 位区划-5 位流水号”填写,如 HS2021-420281-00017。",
        "'{field}' is not a project id; write HS, year, division and serial, e.g. HS2021-420281-00017.");

    public static readonly RuleInfo PersonPidSyntax = RuleInfo.Error("person_pid.syntax", Conformity,
        "“{field}”不是人员假名标识(26 位 Base32);请由节点按规范生成,切勿填写身份证号。",
        "'{field}' is not a pseudonym (26 characters of Base32); let the node compute it and never send an identity number.");

    public static readonly RuleInfo IdentifierSyntax = RuleInfo.Error("identifier.syntax", Conformity,
        "“{field}”含不允许的字符或超过 64 个字符;请只用文字、数字和 - _ . / :。",
        "'{field}' holds characters that are not allowed or is longer than 64; use letters, digits and - _ . / : only.");

    public static readonly RuleInfo MobileSyntax = RuleInfo.Error("mobile.syntax", Conformity,
        "“{field}”不是手机号码;请填 11 位数字,不加区号和空格。",
        "'{field}' is not a mobile number; write 11 digits without prefix or blanks.");

    public static readonly RuleInfo EmailSyntax = RuleInfo.Error("email.syntax", Conformity,
        "“{field}”不是电子邮箱地址;请核对,如 name@example.cn。",
        "'{field}' is not an e-mail address; check it, e.g. name@example.cn.");

    public static readonly RuleInfo[] All =
    [
        DateSyntax, DecimalSyntax, PeriodSyntax, YearSyntax, UsccSyntax, UsccCheck, UsccRegistrar, UsccDivision, UsccBody,
        DivisionSyntax, DivisionProvince, DivisionUnknown, DivisionPlaceholder, DivisionExpired, IndustrySyntax, IndustryDivision,
        IndustrySectionSyntax, ZoneIdSyntax, NodeIdSyntax, CertNoSyntax, CertNoProvince, CertNoReview, SmeNoSyntax, SmeNoDivision,
        ContractNoSyntax, ContractNoStructure, AchievementNoSyntax, ProjectIdSyntax, PersonPidSyntax, IdentifierSyntax,
        MobileSyntax, EmailSyntax,
    ];
}
