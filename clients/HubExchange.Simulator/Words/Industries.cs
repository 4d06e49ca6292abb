using HubExchange.Enterprise.V1;
using HubExchange.Simulator.Generation;
using HubExchange.Technology.V1;

namespace HubExchange.Simulator.Words;

/// <summary>The industries of the city, and which are usual where.</summary>
internal static class Industries
{
    public static readonly Industry Copper = new("3211", "铜业", TechnologyField.NewMaterials, ContractField.NewMaterials,
        ["高纯阴极铜", "铜合金接触线", "再生铜杆", "铜基复合材料"]);
    public static readonly Industry CopperRolling = new("3251", "铜材", TechnologyField.NewMaterials, ContractField.NewMaterials,
        ["高精度铜板带", "锂电铜箔", "铜合金棒材", "异型铜排"]);
    public static readonly Industry AluminiumRolling = new("3252", "铝业", TechnologyField.NewMaterials, ContractField.NewMaterials,
        ["轻量化铝型材", "铝合金轮毂毛坯", "铝基散热片", "铝箔坯料"]);
    public static readonly Industry Steel = new("3130", "特钢", TechnologyField.NewMaterials, ContractField.NewMaterials,
        ["轴承钢棒材", "模具钢扁材", "高强度齿轮钢", "耐腐蚀无缝钢管"]);
    public static readonly Industry Casting = new("3391", "铸造", TechnologyField.AdvancedManufacturing, ContractField.AdvancedManufacturing,
        ["球墨铸铁件", "压缩机铸件", "耐磨衬板", "精密铸钢件"]);
    public static readonly Industry CircuitBoards = new("3982", "电子电路", TechnologyField.ElectronicInformation, ContractField.ElectronicInformation,
        ["高密度互连电路板", "高频高速电路板", "柔性电路板", "汽车电子电路板"]);
    public static readonly Industry ElectronicMaterials = new("3985", "电子材料", TechnologyField.ElectronicInformation, ContractField.ElectronicInformation,
        ["覆铜板", "感光干膜", "电子级玻纤布", "导电浆料"]);
    public static readonly Industry Displays = new("3974", "光电", TechnologyField.ElectronicInformation, ContractField.ElectronicInformation,
        ["触控显示模组", "背光模组", "光学膜片", "车载显示屏"]);
    public static readonly Industry Liquor = new("1512", "酒业", TechnologyField.BiologyAndMedicine, ContractField.BiologyAndMedicine,
        ["小曲清香白酒", "低度养生酒", "功能性配制酒", "酒糟综合利用饲料"]);
    public static readonly Industry Drinks = new("1529", "饮品", TechnologyField.BiologyAndMedicine, ContractField.Agriculture,
        ["植物蛋白饮料", "金银花饮品", "苎麻叶茶饮", "低糖果汁"]);
    public static readonly Industry Pharmacy = new("2720", "药业", TechnologyField.BiologyAndMedicine, ContractField.BiologyAndMedicine,
        ["甾体激素原料药", "口服固体制剂", "抗感染注射剂", "缓释微丸"]);
    public static readonly Industry ChineseMedicine = new("2740", "生物医药", TechnologyField.BiologyAndMedicine, ContractField.BiologyAndMedicine,
        ["铁皮石斛颗粒", "中药配方颗粒", "石斛冻干粉", "中药口服液"]);
    public static readonly Industry MiningMachines = new("3511", "矿山机械", TechnologyField.AdvancedManufacturing, ContractField.AdvancedManufacturing,
        ["智能凿岩台车", "高压辊磨机", "矿用输送装备", "尾矿干排设备"]);
    public static readonly Industry PlasticsMachines = new("3523", "模具", TechnologyField.AdvancedManufacturing, ContractField.AdvancedManufacturing,
        ["塑料异型材挤出模具", "多腔注塑模具", "精密冲压模具", "热流道系统"]);
    public static readonly Industry Conveyors = new("3434", "智能物流装备", TechnologyField.AdvancedManufacturing, ContractField.AdvancedManufacturing,
        ["自动分拣系统", "堆垛机", "智能电梯控制系统", "仓储穿梭车"]);
    public static readonly Industry Cooling = new("3464", "制冷设备", TechnologyField.NewEnergy, ContractField.NewEnergy,
        ["变频冰箱压缩机", "商用展示柜", "空气源热泵", "冷链机组"]);
    public static readonly Industry Transformers = new("3821", "电气", TechnologyField.NewEnergy, ContractField.NewEnergy,
        ["非晶合金变压器", "节能电抗器", "智能配电柜", "充电桩整流模块"]);
    public static readonly Industry Software = new("6513", "软件", TechnologyField.ElectronicInformation, ContractField.ElectronicInformation,
        ["工业互联网平台", "设备预测维护系统", "智慧园区系统", "质量追溯软件"]);
    public static readonly Industry Integration = new("6531", "信息技术", TechnologyField.ElectronicInformation, ContractField.ElectronicInformation,
        ["机器视觉检测系统", "能源管理系统", "城市安防平台", "数据采集网关"]);
    public static readonly Industry Engineering = new("7320", "工程技术研究", TechnologyField.HighTechServices, ContractField.AdvancedManufacturing,
        ["中试验证服务", "特种材料试制", "工艺仿真服务", "装备改造方案"]);
    public static readonly Industry Testing = new("7452", "检测技术", TechnologyField.HighTechServices, ContractField.Environment,
        ["环境监测服务", "金属材料检测", "食品安全检测", "计量校准服务"]);
    public static readonly Industry Design = new("7484", "工程设计", TechnologyField.HighTechServices, ContractField.UrbanDevelopment,
        ["矿山生态修复设计", "污水处理工艺包", "智能工厂设计", "建筑节能设计"]);
    public static readonly Industry MaterialsPromotion = new("7513", "新材料技术", TechnologyField.NewMaterials, ContractField.NewMaterials,
        ["石墨烯导热膜", "陶瓷基复合材料", "高温防护涂层", "固废制备建材技术"]);
    public static readonly Industry Environment = new("7722", "环保科技", TechnologyField.ResourcesAndEnvironment, ContractField.Environment,
        ["重金属污染土壤修复剂", "工业废水零排放装置", "烟气脱硝催化剂", "污泥资源化设备"]);
    public static readonly Industry Agriculture = new("0141", "生态农业", TechnologyField.BiologyAndMedicine, ContractField.Agriculture,
        ["设施蔬菜良种", "山油茶苗木", "富硒稻米", "白茶种苗"]);
    public static readonly Industry Higher = new("8341", "高等教育", TechnologyField.HighTechServices, ContractField.ElectronicInformation,
        ["智能控制算法", "矿物高效分选工艺", "环境功能材料", "教育大数据模型"]);
    public static readonly Industry Research = new("7310", "研究", TechnologyField.HighTechServices, ContractField.NewMaterials,
        ["特种合金成分设计", "机器人关节模组", "工业物联网协议栈", "农产品保鲜技术"]);
    public static readonly Industry Banking = new("6621", "银行", TechnologyField.HighTechServices, ContractField.ElectronicInformation, ["科技贷"]);
    public static readonly Industry Funds = new("6732", "基金", TechnologyField.HighTechServices, ContractField.ElectronicInformation, ["股权投资"]);

    private static readonly Industry[] General =
        [Software, Integration, Engineering, Testing, Design, MaterialsPromotion, Environment, Transformers, MiningMachines, Casting];

    /// <summary>An industry, as usual as it is in the unit.</summary>
    public static Industry Of(Unit unit, IReadOnlyList<string> zones, Prng random)
    {
        if (zones.Contains(Zones.Agriculture))
        {
            return random.Pick([Agriculture, Drinks, ChineseMedicine]);
        }

        Industry[] leading = unit.Id switch
        {
            "420281" => [Copper, CopperRolling, AluminiumRolling, Liquor, MiningMachines, Conveyors, Cooling],
            "420205" => [CircuitBoards, ElectronicMaterials, Displays, Cooling, Pharmacy, Transformers],
            "420222" => [Pharmacy, Agriculture, Drinks, PlasticsMachines, CopperRolling],
            "420203" => [Steel, Casting, PlasticsMachines, Pharmacy],
            "420204" => [Copper, CopperRolling, Environment, Transformers],
            "420202" => [Software, Integration, Design, Testing],
            _ => [Conveyors, Steel, Environment, ElectronicMaterials],
        };
        return random.Chance(60) ? random.Pick(leading) : random.Pick(General);
    }
}
