import Analyzer

@main struct Mqttcap: AnalyzerProgram { static let specification = MqttSpecification.self }
