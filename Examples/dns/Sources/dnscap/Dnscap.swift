import Analyzer

@main struct Dnscap: AnalyzerProgram { static let specification = DnsSpecification.self }
