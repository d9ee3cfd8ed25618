"""What air stations and plants of cold and heat share: their files, energy prices and carbon, and records."""
