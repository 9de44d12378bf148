import Analyzer

@main struct Modbuscap: AnalyzerProgram { static let specification = ModbusSpecification.self }
